import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal } from '@cashloop/money';
import { exactNumber, numberText, parseExact, writeExact } from './exact-json.ts';

test('what is read is written back byte for byte', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(999_999), (whole, fraction) => {
      const text = `{"a":[${whole}.${String(fraction).padStart(6, '0')},{"b":1.10}],"c":"x"}`;
      expect(writeExact(parseExact(text))).toBe(text);
    }),
  );
});

test('a number with an exponent is the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.integer({ min: -2, max: 6 }), (digits, exponent) => {
      const shifted = exponent >= 0 ? digits * 10n ** BigInt(exponent + 2) : digits * 10n ** BigInt(2 + exponent);
      expect(parseDecimal(numberText(exactNumber(`${digits}e${exponent}`))!, 'USD')).toBe(shifted);
    }),
  );
});
