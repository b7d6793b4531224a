import { MemoryBooks } from '../../test/books.ts';
import {
  aCreditNote,
  anInvoice,
  aPayment,
  emptyLedger,
  linked,
  toCreditNote,
  toInvoice,
} from '../../test/facts.builders.ts';
import { tally, type Tally } from './tally.ts';
import type { Reading } from './reading.ts';

const USD = { home: 'USD', base: 'USD' };
const counted = (books: MemoryBooks, reading: Partial<Reading>, currencies = USD): Tally =>
  tally(
    books.read(reading).map((step) => step.written),
    currencies,
  );
const books = (): MemoryBooks => new MemoryBooks(emptyLedger(linked('58', '7')));

test('an invoice first seen live and paid by cash counts in both', () => {
  const b = books();
  expect(counted(b, { documents: [anInvoice()] })).toEqual({
    invoicesGenerated: 1,
    invoicesPaid: 0,
    paymentsBaseMinor: [],
  });
  const payment = aPayment({ totalMinor: 125_000n, lines: [toInvoice('412', 125_000n)] });
  expect(counted(b, { documents: [payment, anInvoice({ balanceMinor: 0n, marker: '1' })] })).toEqual({
    invoicesGenerated: 0,
    invoicesPaid: 1,
    paymentsBaseMinor: [125_000n],
  });
});

test('an invoice settled by credit alone is not counted as paid, neither is a zero payment', () => {
  const b = books();
  b.read({ documents: [anInvoice({ totalMinor: 20_000n }), aCreditNote()] });
  const apply = aPayment({ totalMinor: 0n, lines: [toInvoice('412', 20_000n), toCreditNote('600', 20_000n)] });
  const documents = [
    apply,
    anInvoice({ totalMinor: 20_000n, balanceMinor: 0n, marker: '1' }),
    aCreditNote({ remainingMinor: 0n, marker: '1' }),
  ];
  expect(counted(b, { documents })).toEqual({ invoicesGenerated: 0, invoicesPaid: 0, paymentsBaseMinor: [] });
});

test('a foreign payment counts in the base currency at its own rate', () => {
  const payment = aPayment({ currency: 'EUR', exchangeRate: '1.1', lines: [], unappliedMinor: 60_000n });
  expect(counted(books(), { documents: [payment] }).paymentsBaseMinor).toEqual([66_000n]);
  expect(counted(books(), { documents: [payment] }, { home: 'GBP', base: 'USD' }).paymentsBaseMinor).toEqual([]);
});
