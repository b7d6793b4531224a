import fc from 'fast-check';
import { settle, type Meaning, type RowFacts } from './settle.ts';

const minor = fc.bigInt({ min: -1000n, max: 1000n });
const facts: fc.Arbitrary<RowFacts> = fc.record(
  {
    kind: fc.constantFrom('invoice' as const, 'credit' as const, 'payment' as const, 'signed' as const),
    side: fc.constantFrom('debit' as const, 'credit' as const),
    amount: minor,
    open: minor,
    paid: minor,
    paidDate: fc.constant('2024-01-02'),
    state: fc.constantFrom('paid' as const, 'open' as const, 'partly' as const),
    hasReference: fc.boolean(),
  },
  { requiredKeys: [] },
);
const meaning: fc.Arbitrary<Meaning> = fc.record({
  open: fc.constantFrom('open' as const, 'amount' as const),
  creditsArePositive: fc.boolean(),
  paidIsNegative: fc.boolean(),
  paidDateClears: fc.boolean(),
  paidIsKnown: fc.boolean(),
});

test('nothing negative comes out, and nothing is used beyond its amount', () => {
  fc.assert(
    fc.property(facts, meaning, (row, file) => {
      const settled = settle(row, file);
      if (settled.kind === 'skip' || settled.kind === 'reject') return true;
      if (settled.gross < 0n) return false;
      if (settled.kind === 'invoice') return settled.paid >= 0n;
      return settled.open >= 0n && settled.open <= settled.gross;
    }),
  );
});

test('what is open on an invoice is what the file says is open', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 1000n }),
      fc.bigInt({ min: 0n, max: 1000n }),
      meaning,
      (gross, open, file) => {
        fc.pre(open <= gross);
        const settled = settle({ amount: gross, open }, { ...file, open: 'open' });
        return settled.kind === 'invoice' && settled.gross - settled.paid === open;
      },
    ),
  );
});
