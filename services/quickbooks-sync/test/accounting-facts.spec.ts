import { MemoryBooks } from './books.ts';
import { aCreditNote, anInvoice, aPayment, emptyLedger, linked, toCreditNote, toInvoice } from './facts.builders.ts';
import type { InvoiceContent, PaymentContent, CreditNoteContent } from '../src/domain/content.ts';

const books = (): MemoryBooks => new MemoryBooks(emptyLedger(linked('58', '7'), linked('59', '8')));
const paid = (balanceMinor: bigint, marker = '1') => anInvoice({ balanceMinor, marker });

// Each test is a row of ACCOUNTING.md.
test('invoice: gross, net, due date, order', () => {
  const [step] = books().read({ documents: [anInvoice({ netMinor: 100_000n, orderId: '7d1e' })] });
  expect(step!.written.version).toMatchObject({
    version: 1,
    type: 'invoice_created',
    customerId: '7',
    content: {
      state: 'OPEN',
      totalMinor: '125000',
      netMinor: '100000',
      balanceMinor: '125000',
      dueDate: '2026-12-02',
      orderId: '7d1e',
    },
  });
});

test('invoice with total 0 is ZERO, never paid', () => {
  expect(books().told({ documents: [anInvoice({ totalMinor: 0n })] })).toEqual([
    'invoice_created 412 v1 c7 ZERO 0 last',
  ]);
});

test('payment applied in part: invoice updated, then paid by the rest', () => {
  const b = books();
  b.read({ documents: [anInvoice()] });
  expect(b.told({ documents: [aPayment(), paid(65_000n)] })).toEqual([
    'invoice_updated 412 v2 c7 PARTLY_PAID 65000',
    'payment_received 500 v1 c7 RECEIVED 0 last',
  ]);
  const rest = aPayment({ externalId: '501', totalMinor: 65_000n, lines: [toInvoice('412', 65_000n)] });
  expect(b.told({ documents: [rest, paid(0n, '2')] })).toEqual([
    'invoice_paid 412 v3 c7 PAID 0',
    'payment_received 501 v1 c7 RECEIVED 0 last',
  ]);
  const { content } = b.ledger.documents.get('invoice:412')!.published!;
  expect((content as InvoiceContent).settledBy).toMatchObject({
    cashMinor: '125000',
    creditMinor: '0',
    otherMinor: '0',
  });
});

test('a live first sight of a paid invoice is still invoice_created', () => {
  expect(books().told({ documents: [paid(0n)] })).toEqual(['invoice_created 412 v1 c7 PAID 0 last']);
});

test('payment larger than the invoices keeps the rest unapplied', () => {
  const payment = aPayment({ totalMinor: 200_000n, unappliedMinor: 75_000n, lines: [toInvoice('412', 125_000n)] });
  const b = books();
  const steps = b.read({ documents: [payment, paid(0n)] });
  expect(steps.at(-1)!.written.version.content).toMatchObject({
    unappliedMinor: '75000',
    applications: [{ amountMinor: '125000', kind: 'CASH', date: '2026-11-10' }],
  });
});

test('credit memo applied by a zero payment: the payment is not published, the application travels with the note', () => {
  const b = books();
  b.read({ documents: [anInvoice(), aCreditNote()] });
  const apply = aPayment({ totalMinor: 0n, lines: [toInvoice('412', 20_000n), toCreditNote('600', 20_000n)] });
  const documents = [apply, paid(105_000n), aCreditNote({ remainingMinor: 0n, marker: '1' })];
  const steps = b.read({ documents });
  expect(steps.map(({ written }) => written.version.type)).toEqual(['invoice_updated', 'credit_note_updated']);
  const note = steps[1]!.written.version.content as CreditNoteContent;
  expect(note).toMatchObject({
    state: 'APPLIED',
    unappliedMinor: '0',
    applications: [{ amountMinor: '20000', kind: 'CREDIT', date: '2026-11-10' }],
  });
  expect((steps[0]!.written.version.content as InvoiceContent).settledBy.creditMinor).toBe('20000');
});

test('a zero payment is not published when it is voided or deleted either: nobody was told of it', () => {
  const b = books();
  b.read({ documents: [anInvoice(), aCreditNote()] });
  const apply = aPayment({ totalMinor: 0n, lines: [toInvoice('412', 20_000n), toCreditNote('600', 20_000n)] });
  b.read({ documents: [apply, paid(105_000n), aCreditNote({ remainingMinor: 0n, marker: '1' })] });
  const voided = aPayment({ totalMinor: 0n, lines: [], voided: true, marker: '1' });
  expect(b.told({ documents: [voided, paid(125_000n, '2'), aCreditNote({ marker: '2' })] })).toEqual([
    'invoice_updated 412 v3 c7 OPEN 125000',
    'credit_note_updated 600 v3 c7 OPEN 20000 last',
  ]);
  expect(b.ledger.documents.get('payment:500')).toMatchObject({ parked: false, published: null });
  const deletedAt = '2026-11-22T09:00:00.000Z';
  expect(b.told({ deletions: [{ kind: 'payment', externalId: '500', deletedAt }] })).toEqual([]);
});

test('a payment that is voided at its first sight is told all the same, and so is one that comes back to life', () => {
  const b = books();
  expect(b.told({ documents: [aPayment({ totalMinor: 0n, lines: [], unappliedMinor: 0n, voided: true })] })).toEqual([
    'payment_received 500 v1 c7 VOIDED 0 last',
  ]);
  expect(b.told({ documents: [aPayment({ lines: [], unappliedMinor: 60_000n, marker: '1' })] })).toEqual([
    'payment_updated 500 v2 c7 RECEIVED 60000 last',
  ]);
});

test('a zero payment that is changed to bring money is told', () => {
  const b = books();
  const zero = aPayment({ totalMinor: 0n, lines: [], unappliedMinor: 0n });
  expect(b.told({ documents: [zero] })).toEqual([]);
  expect(b.told({ documents: [aPayment({ lines: [], unappliedMinor: 60_000n, marker: '1' })] })).toEqual([
    'payment_received 500 v1 c7 RECEIVED 60000 last',
  ]);
});

test("rates of a company that keeps its books in another currency than the org's are not told", () => {
  const rates = (ratesLeadToBase: boolean): string[] =>
    new MemoryBooks({ ...emptyLedger(linked('58', '7')), ratesLeadToBase })
      .read({ documents: [anInvoice({ currency: 'EUR' }), aCreditNote({ currency: 'GBP', exchangeRate: '1.2' })] })
      .map(({ written }) => written.version.content.exchangeRate);
  expect(rates(true)).toEqual(['1', '1.2']);
  expect(rates(false)).toEqual(['', '']);
});

test('payment unlinked: less applied, more unapplied, the invoice in the same change', () => {
  const b = books();
  b.read({ documents: [anInvoice()] });
  b.read({ documents: [aPayment(), paid(65_000n)] });
  const freed = aPayment({ unappliedMinor: 60_000n, lines: [], marker: '1' });
  expect(b.told({ documents: [freed, paid(125_000n, '2')] })).toEqual([
    'invoice_updated 412 v3 c7 OPEN 125000',
    'payment_updated 500 v2 c7 RECEIVED 60000 last',
  ]);
});

test('invoice voided: a payment freed by it is updated although its SyncToken stands still', () => {
  const b = books();
  b.read({ documents: [anInvoice()] });
  b.read({ documents: [aPayment(), paid(65_000n)] });
  const freed = aPayment({ unappliedMinor: 60_000n, lines: [] });
  const voided = anInvoice({ totalMinor: 0n, balanceMinor: 0n, netMinor: 0n, voided: true, marker: '2' });
  expect(b.told({ documents: [freed, voided] })).toEqual([
    'invoice_voided 412 v3 c7 VOIDED 0',
    'payment_updated 500 v2 c7 RECEIVED 60000 last',
  ]);
});

test('a voided invoice may be edited back', () => {
  const b = books();
  b.read({ documents: [anInvoice({ totalMinor: 0n, balanceMinor: 0n, voided: true })] });
  expect(b.told({ documents: [anInvoice({ marker: '1' })] })).toEqual(['invoice_reopened 412 v2 c7 OPEN 125000 last']);
});

test('payment voided is reversed', () => {
  const b = books();
  b.read({ documents: [aPayment(), paid(65_000n)] });
  const voided = aPayment({ totalMinor: 0n, lines: [], voided: true, marker: '1' });
  expect(b.told({ documents: [voided, paid(125_000n, '2')] })).toEqual([
    'invoice_updated 412 v2 c7 OPEN 125000',
    'payment_reversed 500 v2 c7 VOIDED 0 last',
  ]);
});

test('document deleted: same types, state DELETED, final', () => {
  const b = books();
  b.read({ documents: [anInvoice(), aPayment({ lines: [], unappliedMinor: 60_000n }), aCreditNote()] });
  const deletedAt = '2026-11-21T09:00:00.000Z';
  const deletions = [
    { kind: 'invoice' as const, externalId: '412', deletedAt },
    { kind: 'payment' as const, externalId: '500', deletedAt },
    { kind: 'credit_note' as const, externalId: '600', deletedAt },
  ];
  expect(b.told({ deletions })).toEqual([
    'invoice_voided 412 v2 c7 DELETED 0',
    'credit_note_voided 600 v2 c7 DELETED 0',
    'payment_reversed 500 v2 c7 DELETED 0 last',
  ]);
  expect(b.told({ documents: [anInvoice({ marker: '9' })], deletions })).toEqual([]);
  expect(b.ledger.documents.get('invoice:412')!.published!.content.source.marker).toBe('');
});

test('a deletion older than the document is ignored', () => {
  const b = books();
  b.read({ documents: [anInvoice()] });
  expect(
    b.told({ deletions: [{ kind: 'invoice', externalId: '412', deletedAt: '2026-11-01T00:00:00.000Z' }] }),
  ).toEqual([]);
});

test('paid invoice edited down: more unapplied; edited up: reopened', () => {
  const b = books();
  const full = aPayment({ totalMinor: 125_000n, lines: [toInvoice('412', 125_000n)] });
  b.read({ documents: [full, paid(0n)] });
  const less = aPayment({ totalMinor: 125_000n, unappliedMinor: 25_000n, lines: [toInvoice('412', 100_000n)] });
  expect(b.told({ documents: [less, anInvoice({ totalMinor: 100_000n, balanceMinor: 0n, marker: '2' })] })).toEqual([
    'invoice_updated 412 v2 c7 PAID 0',
    'payment_updated 500 v2 c7 RECEIVED 25000 last',
  ]);
  expect(b.told({ documents: [anInvoice({ totalMinor: 150_000n, balanceMinor: 50_000n, marker: '3' })] })).toEqual([
    'invoice_reopened 412 v3 c7 PARTLY_PAID 50000 last',
  ]);
});

test('due date moved later: the first one stands, both are shown; an earlier one counts', () => {
  const b = books();
  b.read({ documents: [anInvoice()] });
  const due = (dueDate: string, marker: string): InvoiceContent =>
    b.read({ documents: [anInvoice({ dueDate, marker })] })[0]!.written.version.content as InvoiceContent;
  expect(due('2027-01-31', '1')).toMatchObject({ dueDate: '2026-12-02', sourceDueDate: '2027-01-31' });
  expect(due('2026-11-15', '2')).toMatchObject({ dueDate: '2026-11-15', sourceDueDate: '2026-11-15' });
});

test('invoice moved to another customer: empty under the old key, whole under the new one', () => {
  const b = books();
  b.read({ documents: [anInvoice()] });
  const steps = b.read({ documents: [anInvoice({ customerExternalId: '59', marker: '1' })] });
  expect(
    steps.map(({ written: { version: v }, last, changeCustomers }) => [
      v.version,
      v.type,
      v.customerId,
      v.movedToCustomerId,
      (v.content as InvoiceContent).balanceMinor,
      last,
      changeCustomers,
    ]),
  ).toEqual([
    [2, 'invoice_updated', '7', '8', '0', true, ['7', '8']],
    [3, 'invoice_updated', '8', '', '125000', true, ['7', '8']],
  ]);
});

test('a reading is one change: one id, every customer, last once per customer', () => {
  const b = books();
  const documents = [
    anInvoice(),
    anInvoice({ externalId: '413', customerExternalId: '59' }),
    aPayment({ lines: [], unappliedMinor: 60_000n }),
  ];
  const steps = b.read({ documents });
  expect(new Set(steps.map((s) => s.changeId)).size).toBe(1);
  expect(steps.map((s) => [s.written.document.externalId, s.last])).toEqual([
    ['412', false],
    ['413', true],
    ['500', true],
  ]);
  expect(steps[0]!.changeCustomers).toEqual(['7', '8']);
});

test('the same reading twice, or an older one, changes nothing', () => {
  const b = books();
  const documents = [aPayment(), paid(65_000n)];
  b.read({ documents });
  expect(b.told({ documents })).toEqual([]);
  expect(b.told({ documents: [anInvoice()] })).toEqual([]);
});

test('documents of a customer that is not linked are parked', () => {
  const b = books();
  expect(b.told({ documents: [anInvoice({ customerExternalId: '60' })] })).toEqual([]);
  expect(b.ledger.documents.get('invoice:412')).toMatchObject({ parked: true, published: null });
});

test('payment of one customer settles the invoice of another: one change over both', () => {
  const b = books();
  b.read({ documents: [anInvoice({ customerExternalId: '59' })] });
  const steps = b.read({
    documents: [aPayment(), anInvoice({ customerExternalId: '59', balanceMinor: 65_000n, marker: '1' })],
  });
  expect(steps[0]!.changeCustomers).toEqual(['7', '8']);
  expect((steps[1]!.written.version.content as PaymentContent).applications).toHaveLength(1);
});
