import { aPayment, toCreditNote, toInvoice } from '../../test/facts.builders.ts';
import { settlementsOf } from './spread.ts';

test('a cash payment settles its lines', () => {
  expect(settlementsOf(aPayment())).toEqual([
    { invoiceId: '412', from: { kind: 'cash' }, amountMinor: 60_000n, date: '2026-11-10' },
  ]);
});

test('a zero payment applies a credit note to an invoice', () => {
  const payment = aPayment({ totalMinor: 0n, lines: [toInvoice('412', 5_000n), toCreditNote('600', 5_000n)] });
  expect(settlementsOf(payment)).toEqual([
    { invoiceId: '412', from: { kind: 'credit_note', externalId: '600' }, amountMinor: 5_000n, date: '2026-11-10' },
  ]);
});

test('a mixed payment spreads each source pro rata', () => {
  const lines = [toInvoice('1', 40_000n), toInvoice('2', 30_000n), toCreditNote('600', 20_000n)];
  const parts = settlementsOf(aPayment({ totalMinor: 50_000n, lines }));
  expect(parts.map((p) => [p.invoiceId, p.from.kind, p.amountMinor])).toEqual([
    ['1', 'cash', 28_571n],
    ['2', 'cash', 21_429n],
    ['1', 'credit_note', 11_429n],
    ['2', 'credit_note', 8_571n],
  ]);
});

test('one cent of cash and one of credit on two invoices of one cent each settle each once', () => {
  const lines = [toInvoice('1', 1n), toInvoice('2', 1n), toCreditNote('600', 1n)];
  const parts = settlementsOf(aPayment({ totalMinor: 1n, lines }));
  expect(parts.map((p) => [p.invoiceId, p.amountMinor])).toEqual([
    ['1', 1n],
    ['2', 1n],
  ]);
});

test('what goes to an expense is not settled on an invoice', () => {
  const lines = [toInvoice('1', 100n), { to: 'other' as const, externalId: '9', amountMinor: 100n }];
  expect(settlementsOf(aPayment({ totalMinor: 200n, lines }))[0]!.amountMinor).toBe(100n);
});

test('a voided payment settles nothing', () => {
  expect(settlementsOf(aPayment({ voided: true }))).toEqual([]);
});
