import fc from 'fast-check';
import { aPayment, toCreditNote, toInvoice } from '../../test/facts.builders.ts';
import { settlementsOf } from './spread.ts';

const amounts = (maxLength: number) => fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength });

test('every source is used up and every invoice gets exactly its line', () => {
  fc.assert(
    fc.property(amounts(6), amounts(4), fc.double({ min: 0, max: 1, noNaN: true }), (invoices, notes, share) => {
      const toSettle = invoices.reduce((a, b) => a + b, 0n);
      const credit = notes.reduce((a, b) => a + b, 0n);
      fc.pre(credit <= toSettle);
      const cash = toSettle - credit;
      const unapplied = BigInt(Math.floor(share * 1000));
      const payment = aPayment({
        totalMinor: cash + unapplied,
        unappliedMinor: unapplied,
        lines: [
          ...invoices.map((a, i) => toInvoice(String(i + 1), a)),
          ...notes.map((a, i) => toCreditNote(String(i + 50), a)),
        ],
      });
      const parts = settlementsOf(payment);
      invoices.forEach((amount, i) => {
        const own = parts.filter((p) => p.invoiceId === String(i + 1)).reduce((a, p) => a + p.amountMinor, 0n);
        expect(own).toBe(amount);
      });
      const fromCash = parts.filter((p) => p.from.kind === 'cash').reduce((a, p) => a + p.amountMinor, 0n);
      expect(fromCash).toBe(cash);
      expect(parts.every((p) => p.amountMinor > 0n)).toBe(true);
    }),
  );
});

test('no invoice ever gets more than its lines', () => {
  fc.assert(
    fc.property(amounts(5), amounts(5), fc.bigInt({ min: 0n, max: 10n ** 12n }), (invoices, notes, cash) => {
      const lines = [
        ...invoices.map((a, i) => toInvoice(String(i), a)),
        ...notes.map((a, i) => toCreditNote(String(i), a)),
      ];
      const parts = settlementsOf(aPayment({ totalMinor: cash, lines }));
      invoices.forEach((amount, i) => {
        expect(
          parts.filter((p) => p.invoiceId === String(i)).reduce((a, p) => a + p.amountMinor, 0n),
        ).toBeLessThanOrEqual(amount);
      });
    }),
  );
});
