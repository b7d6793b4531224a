import fc from 'fast-check';
import { allocate, convert, currencies, formatDecimal, parseDecimal, roundHalfUp } from './index.ts';

const aCurrency = fc.constantFrom(...currencies());
const anAmount = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });

test('a written amount reads back as itself', () => {
  fc.assert(
    fc.property(
      anAmount,
      aCurrency,
      (minor, currency) => parseDecimal(formatDecimal(minor, currency), currency) === minor,
    ),
  );
});

test('parts always sum to the total, and none is further than one unit from its share', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(anAmount, weights, (total, parts) => {
      const sum = parts.reduce((a, b) => a + b, 0n);
      fc.pre(sum > 0n);
      const split = allocate(total, parts);
      expect(split.reduce((a, b) => a + b, 0n)).toBe(total);
      split.forEach((part, i) => {
        const error = part * sum - total * parts[i]!;
        expect(error < 0n ? -error : error).toBeLessThan(sum + 1n);
      });
    }),
  );
});

test('rounding is symmetric around zero', () => {
  const divisor = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(fc.property(anAmount, divisor, (n, d) => roundHalfUp(-n, d) === -roundHalfUp(n, d)));
});

test('a rate of 1 in the same currency changes nothing', () => {
  fc.assert(fc.property(anAmount, aCurrency, (minor, currency) => convert(minor, currency, currency, '1') === minor));
});
