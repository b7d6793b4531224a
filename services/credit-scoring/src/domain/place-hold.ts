import type { Account, Cause } from './account.ts';
import { sameHold, scopeOf, severityOf, type Hold, type HoldCause, type Release } from './hold.ts';
import type { Grounds } from './judge.ts';

/** A new state of an account's hold. */
export interface HoldDecision {
  /** The state to store: `free` ends the hold. */
  readonly next: Hold;
  /** What readers of the hold topic are told; absent while the org only observes. */
  readonly told?: { readonly type: HoldEventType; readonly hold: Hold };
  /** Version of the account's hold after this. */
  readonly version: number;
}

export type HoldEventType = 'credit_hold_placed' | 'credit_hold_changed' | 'credit_hold_released';

/** Places, changes or releases the hold so that it says what the causes say. Undefined when it already does. */
export function decideHold(
  account: Account,
  causes: readonly HoldCause[],
  limitMinor: bigint | null,
  cause: Cause,
  grounds: Grounds,
): HoldDecision | undefined {
  const before = account.hold;
  if (causes.length === 0) return before === null ? undefined : release(account, before, limitMinor, cause, grounds);
  const next: Hold = {
    ...figures(account, limitMinor, cause, grounds),
    holdId: before?.holdId ?? grounds.newId(),
    state: 'held',
    severity: severityOf(causes),
    scope: scopeOf(severityOf(causes)),
    enforcement: grounds.settings.enforcement,
    causes,
    placedAt: before?.placedAt ?? grounds.now,
    releasedBecause: null,
  };
  if (before !== null && sameHold(before, next)) return undefined;
  return { next, told: tell(before, next), version: next.version };
}

function release(
  account: Account,
  before: Hold,
  limitMinor: bigint | null,
  cause: Cause,
  grounds: Grounds,
): HoldDecision {
  const next: Hold = {
    ...before,
    ...figures(account, limitMinor, cause, grounds),
    state: 'free',
    causes: [],
    releasedBecause: releasedBecause(before, grounds),
  };
  const told = isTold(before) ? ({ type: 'credit_hold_released', hold: next } as const) : undefined;
  return { next, told, version: next.version };
}

function releasedBecause(before: Hold, grounds: Grounds): Release {
  if (grounds.settings.enforcement === 'off') return 'not_enforced';
  return before.causes.some((cause) => cause.kind === 'over_limit') ? 'within_limit' : 'released_by_hand';
}

/** What the hold topic must hear when one held state follows another. */
function tell(before: Hold | null, next: Hold): HoldDecision['told'] {
  if (next.enforcement === 'enforce') {
    return { type: isTold(before) ? 'credit_hold_changed' : 'credit_hold_placed', hold: next };
  }
  if (!isTold(before)) return undefined;
  return {
    type: 'credit_hold_released',
    hold: { ...next, state: 'free', causes: [], releasedBecause: 'observe_only' },
  };
}

/** Whether readers of the hold topic believe that the account is held. */
const isTold = (hold: Hold | null): boolean => hold?.enforcement === 'enforce';

function figures(account: Account, limitMinor: bigint | null, cause: Cause, grounds: Grounds) {
  return {
    version: account.holdVersion + 1,
    memberIds: account.memberIds,
    currency: account.currency ?? '',
    exposureMinor: account.exposureMinor,
    limitMinor,
    causingEventId: cause.eventId,
    validFrom: grounds.now,
    dataAsOf: grounds.dataAsOf ?? grounds.now,
    policyVersion: grounds.settings.version,
    accountVersion: account.version,
  };
}
