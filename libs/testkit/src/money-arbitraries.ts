import fc, { type Arbitrary } from 'fast-check';
import { currencies, type Money } from '@cashloop/money';

const USUAL = ['USD', 'EUR', 'JPY', 'KWD', 'GBP'];

/** Any ISO 4217 currency; the usual ones more often, among them one without and one with three decimals. */
export const aCurrency = (): Arbitrary<string> => fc.oneof(fc.constantFrom(...USUAL), fc.constantFrom(...currencies()));

/** An amount above zero or zero, as large as DECIMAL(15,2) holds. */
export const anAmountMinor = (max = 10n ** 15n - 1n): Arbitrary<bigint> =>
  fc.oneof(fc.bigInt({ min: 0n, max: 100_000n > max ? max : 100_000n }), fc.bigInt({ min: 0n, max }));

export const aMoney = (currency: Arbitrary<string> = aCurrency()): Arbitrary<Money> =>
  fc.record({ minor: anAmountMinor(), currency });
