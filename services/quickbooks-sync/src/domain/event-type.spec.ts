import type { Content } from './content.ts';
import { eventTypeOf } from './event-type.ts';

const invoice = (state: string, balanceMinor: string): Content => ({ kind: 'invoice', state, balanceMinor }) as Content;
const other = (kind: string, state: string): Content => ({ kind, state }) as Content;

test.each([
  [null, invoice('PAID', '0'), 'invoice_created'],
  [invoice('OPEN', '5'), invoice('PAID', '0'), 'invoice_paid'],
  [invoice('VOIDED', '0'), invoice('PAID', '0'), 'invoice_paid'],
  [invoice('PAID', '0'), invoice('PAID', '0'), 'invoice_updated'],
  [invoice('PAID', '0'), invoice('OPEN', '5'), 'invoice_reopened'],
  [invoice('ZERO', '0'), invoice('OPEN', '5'), 'invoice_reopened'],
  [invoice('VOIDED', '0'), invoice('PARTLY_PAID', '5'), 'invoice_reopened'],
  [invoice('OPEN', '5'), invoice('PARTLY_PAID', '2'), 'invoice_updated'],
  [invoice('OPEN', '5'), invoice('ZERO', '0'), 'invoice_updated'],
  [invoice('OPEN', '5'), invoice('VOIDED', '0'), 'invoice_voided'],
  [invoice('VOIDED', '0'), invoice('VOIDED', '0'), 'invoice_updated'],
  [invoice('VOIDED', '0'), invoice('DELETED', '0'), 'invoice_voided'],
  [null, other('payment', 'RECEIVED'), 'payment_received'],
  [other('payment', 'RECEIVED'), other('payment', 'RECEIVED'), 'payment_updated'],
  [other('payment', 'RECEIVED'), other('payment', 'VOIDED'), 'payment_reversed'],
  [other('payment', 'VOIDED'), other('payment', 'RECEIVED'), 'payment_updated'],
  [null, other('credit_note', 'OPEN'), 'credit_note_issued'],
  [other('credit_note', 'OPEN'), other('credit_note', 'APPLIED'), 'credit_note_updated'],
  [other('credit_note', 'OPEN'), other('credit_note', 'DELETED'), 'credit_note_voided'],
])('%# is %s', (before, after, type) => {
  expect(eventTypeOf(before, after)).toBe(type);
});
