import { parseDecimal } from '@cashloop/money';
import { UserFault } from '../local/faults.ts';

const plainLimit = /^0*\d{1,13}(\.\d+)?$/;
const next = 'use a plain decimal of at most 13 digits before the point, such as --limit 5000';

/**
 * Checks --limit as far as it can be without a currency.
 * @param told text of the flag, or what a YAML file holds
 * @throws UserFault
 */
export function checkedLimit(told: unknown): string {
  const text = typeof told === 'string' || typeof told === 'number' ? String(told).trim() : JSON.stringify(told);
  if (!plainLimit.test(text)) throw new UserFault(`--limit ${text} is no amount of 0 or more.`, next);
  return text;
}

/** --limit in minor units. @throws UserFault when the currency has fewer decimals, or when it is no limit at all */
export function limitIn(text: string, currency: string): bigint {
  const checked = checkedLimit(text);
  try {
    return parseDecimal(checked, currency);
  } catch {
    throw new UserFault(`--limit ${text} is no amount in ${currency}.`, next);
  }
}
