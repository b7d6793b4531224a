import type { Account } from './account.ts';

/** Exposure went above the limit in force, or came back within it: a fact of figures, whatever a hold makes of it. */
export interface BreachDecision {
  readonly kind: 'opened' | 'cleared';
  readonly breachId: string;
  readonly version: number;
  readonly exposureMinor: bigint;
  readonly limitMinor: bigint;
}

/**
 * Undefined while nothing changes: a breach opens once and clears once, however often it is judged between. When the limit
 * has ended meanwhile, it clears once nothing is owed: that is within any limit.
 */
export function decideBreach(
  account: Account,
  limitInForce: bigint | null,
  ids: { newId: () => string },
): BreachDecision | undefined {
  const { exposureMinor, breachId } = account;
  if (limitInForce === null && exposureMinor > 0n) return undefined;
  const limitMinor = limitInForce ?? 0n;
  const version = account.breachVersion + 1;
  const over = exposureMinor > limitMinor;
  if (over && breachId === null) return { kind: 'opened', breachId: ids.newId(), version, exposureMinor, limitMinor };
  if (!over && breachId !== null) return { kind: 'cleared', breachId, version, exposureMinor, limitMinor };
  return undefined;
}
