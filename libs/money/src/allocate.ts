import { MoneyError } from './errors.ts';

/**
 * Splits a total by weights so that the parts sum exactly to it (largest remainder; the earlier part wins a tie).
 * Weights must not be negative; all zero is refused unless the total is 0.
 * @throws MoneyError money.bad_weights
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (weights.some((weight) => weight < 0n) || (sum === 0n && total !== 0n)) {
    throw new MoneyError('money.bad_weights', 'weights must not be negative and must not all be zero');
  }
  if (sum === 0n) return weights.map(() => 0n);
  const sign = total < 0n ? -1n : 1n;
  const amount = total * sign;
  const parts = weights.map((weight) => (amount * weight) / sum);
  const remainders = weights.map((weight, index) => ({ index, rest: (amount * weight) % sum }));
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const left = Number(amount - parts.reduce((a, b) => a + b, 0n));
  for (const { index } of remainders.slice(0, left)) parts[index]! += 1n;
  return parts.map((part) => part * sign);
}
