import { settle, type Meaning, type RowFacts } from './settle.ts';

const meaning: Meaning = {
  open: 'open',
  creditsArePositive: false,
  paidIsNegative: false,
  paidDateClears: true,
  paidIsKnown: true,
};
const told = (facts: RowFacts, change: Partial<Meaning> = {}) => settle(facts, { ...meaning, ...change });
const paidDate = '2024-01-02';

test.each<[string, RowFacts, object]>([
  ['no paid columns filled: open', { amount: 100n }, { kind: 'invoice', gross: 100n, paid: 0n }],
  ['a date of payment: paid', { amount: 100n, paidDate }, { kind: 'invoice', gross: 100n, paid: 100n }],
  [
    'open in words goes before a date',
    { amount: 100n, paidDate, state: 'open' },
    { kind: 'invoice', gross: 100n, paid: 0n },
  ],
  [
    'an open amount goes before words',
    { amount: 100n, open: 30n, state: 'paid' },
    { kind: 'invoice', gross: 100n, paid: 70n },
  ],
  ['a paid amount', { amount: 100n, paid: 40n, paidDate }, { kind: 'invoice', gross: 100n, paid: 40n }],
  [
    'closed for less: a discount',
    { amount: 100n, paid: 98n, state: 'paid' },
    { kind: 'invoice', gross: 100n, paid: 100n },
  ],
  [
    'paid 0 with a date of payment: the amount was not kept',
    { amount: 100n, paid: 0n, paidDate },
    { kind: 'invoice', gross: 100n, paid: 100n },
  ],
  [
    '"late" says nothing about payment',
    { amount: 100n, paidDate, state: 'issued' },
    { kind: 'invoice', gross: 100n, paid: 100n },
  ],
  ['overpaid', { amount: 100n, paid: 120n }, { kind: 'invoice', gross: 100n, paid: 120n }],
  ['only an open amount: what is open is what is known', { open: 30n }, { kind: 'invoice', gross: 30n, paid: 0n }],
  ['open and paid add up', { open: 30n, paid: 70n }, { kind: 'invoice', gross: 100n, paid: 70n }],
  ['nothing open and nothing else known', { open: 0n }, { kind: 'skip', why: 'closed' }],
  ['an invoice over nothing', { amount: 0n }, { kind: 'invoice', gross: 0n, paid: 0n }],
  ['negative: a credit memo', { amount: -50n }, { kind: 'credit', gross: 50n, open: 50n }],
  ['a credit memo partly used', { amount: -50n, open: -20n }, { kind: 'credit', gross: 50n, open: 20n }],
  ['a cleared credit memo', { amount: -50n, paidDate }, { kind: 'credit', gross: 50n, open: 0n }],
  ['the credit side', { amount: 50n, side: 'credit' }, { kind: 'credit', gross: 50n, open: 50n }],
  [
    'a payment row not yet used',
    { amount: -80n, kind: 'payment', open: -80n },
    { kind: 'payment', gross: 80n, open: 80n, applied: false },
  ],
  ['a payment row already used', { amount: -80n, kind: 'payment', open: 0n }, { kind: 'skip', why: 'closed' }],
  ['void', { amount: 100n, state: 'void' }, { kind: 'skip', why: 'void' }],
  ['a draft', { amount: 100n, state: 'draft' }, { kind: 'skip', why: 'draft' }],
  ["a supplier's bill", { amount: 100n, kind: 'payable' }, { kind: 'skip', why: 'payable' }],
])('%s', (_, facts, expected) => {
  expect(told(facts)).toEqual(expected);
});

test.each<[RowFacts, string]>([
  [{}, 'no amount'],
  [{ amount: 100n, open: 120n }, 'more is open'],
  [{ amount: 100n, state: 'partly' }, 'partly paid'],
  [{ amount: 100n, paid: -5n }, 'negative'],
  [{ amount: 100n, state: 'written_off' }, 'written off'],
])('%p is refused: %s', (facts, why) => {
  expect(told(facts)).toMatchObject({ kind: 'reject', why: expect.stringContaining(why) as string });
});

test('a file whose open amount is the whole amount', () => {
  expect(told({ open: 100n, state: 'paid' }, { open: 'amount' })).toEqual({ kind: 'invoice', gross: 100n, paid: 100n });
  expect(told({ open: 100n, state: 'open' }, { open: 'amount' })).toEqual({ kind: 'invoice', gross: 100n, paid: 0n });
});

test('a file that writes credit memos without a sign, and payments with one', () => {
  expect(told({ amount: 50n, kind: 'credit' }, { creditsArePositive: true })).toEqual({
    kind: 'credit',
    gross: 50n,
    open: 50n,
  });
  expect(told({ amount: 50n, kind: 'credit' })).toEqual({ kind: 'invoice', gross: 50n, paid: 0n });
  expect(told({ amount: 50n, paid: -20n }, { paidIsNegative: true })).toEqual({
    kind: 'invoice',
    gross: 50n,
    paid: 20n,
  });
});

test('a payment that names its invoice counts only where invoices do not tell themselves', () => {
  const facts: RowFacts = { amount: -80n, kind: 'payment', hasReference: true };
  expect(told(facts, { paidIsKnown: false })).toEqual({ kind: 'payment', gross: 80n, open: 0n, applied: true });
  expect(told(facts)).toEqual({ kind: 'skip', why: 'closed' });
});
