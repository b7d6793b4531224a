import { minorDigits } from './currency.ts';
import { MoneyError } from './errors.ts';

const decimal = /^([+-]?)(\d+)(?:\.(\d+))?$/;
// The largest amount a Postgres bigint holds.
const maxMinor = 9_223_372_036_854_775_807n;

/**
 * Reads a plain decimal ("1250", "1250.00", "-0.5") exactly. Zeros beyond the currency's decimals are fine, digits are not.
 * @throws MoneyError money.not_a_decimal, money.too_many_decimals, money.too_large
 * @throws UnknownCurrency
 */
export function parseDecimal(text: string, currency: string): bigint {
  const digits = minorDigits(currency);
  const match = decimal.exec(text.trim());
  if (match === null) throw new MoneyError('money.not_a_decimal', `"${text.slice(0, 40)}" is not a decimal amount`);
  const [, sign, whole = '', fraction = ''] = match;
  if (fraction.slice(digits).replace(/0+$/, '') !== '') {
    throw new MoneyError(
      'money.too_many_decimals',
      `${text.slice(0, 40)} has more than ${digits} decimals of ${currency}`,
    );
  }
  if (whole.replace(/^0+/, '').length > 19) throw new MoneyError('money.too_large', 'the amount is too large');
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  if (minor > maxMinor) throw new MoneyError('money.too_large', 'the amount is too large');
  return sign === '-' ? -minor : minor;
}

/** Writes minor units as a plain decimal with all of the currency's decimals: 125000n USD is "1250.00". */
export function formatDecimal(minor: bigint, currency: string): string {
  const digits = minorDigits(currency);
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
