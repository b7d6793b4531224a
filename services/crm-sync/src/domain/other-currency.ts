import type { Customer } from './customer.ts';

/** Why two customers cannot be one party in two currencies. */
export type OtherCurrencyRefused = 'itself' | 'same_currency' | 'named_by_others';

/**
 * Which customer to point at, so that all sides of a party point at the same one and none points on.
 * @param named the customer it shall be another currency of
 * @param isNamed others point at this customer already
 * @returns the id to keep; null when it is the one the others point at
 */
export function firstSide(
  customer: Customer,
  named: Customer,
  isNamed: boolean,
): { id: string | null } | { refused: OtherCurrencyRefused } {
  if (customer.id === named.id) return { refused: 'itself' };
  if (customer.currency === named.currency) return { refused: 'same_currency' };
  const first = named.otherCurrencyOf ?? named.id;
  if (first === customer.id) return { id: null };
  return isNamed ? { refused: 'named_by_others' } : { id: first };
}
