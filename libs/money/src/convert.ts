import { minorDigits } from './currency.ts';
import { MoneyError } from './errors.ts';
import { roundHalfUp } from './rounding.ts';

const positiveDecimal = /^\d{1,15}(?:\.(\d{1,15}))?$/;

/**
 * Converts minor units at a decimal rate (units of `to` for one unit of `from`), rounded half-up to minor units of `to`.
 * @throws MoneyError money.bad_rate
 * @throws UnknownCurrency
 */
export function convert(minor: bigint, from: string, to: string, rate: string): bigint {
  const match = positiveDecimal.exec(rate);
  const scaled = match === null ? 0n : BigInt(rate.replace('.', ''));
  if (match === null || scaled === 0n) throw new MoneyError('money.bad_rate', `"${rate.slice(0, 40)}" is not a rate`);
  const rateDigits = match[1]?.length ?? 0;
  const numerator = minor * scaled * 10n ** BigInt(minorDigits(to));
  return roundHalfUp(numerator, 10n ** BigInt(rateDigits + minorDigits(from)));
}
