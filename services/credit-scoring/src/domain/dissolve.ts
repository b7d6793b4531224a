import type { Account, Cause } from './account.ts';
import type { BreachDecision } from './breach.ts';
import type { HoldDecision } from './place-hold.ts';
import type { Grounds, Verdict } from './judge.ts';
import { changedByHand } from './manual-hold.ts';

/** A customer joined another account: what it owed, its breach and its hold are that account's from now on. */
export function dissolve(account: Account, rootId: string, grounds: Grounds): Verdict {
  const cause = account.cause ?? grounds.trigger;
  const breach = endedBreach(account);
  const hold = endedHold(account, cause, grounds);
  return {
    account: {
      ...account,
      rootId,
      memberIds: [],
      companies: [],
      exposureMinor: 0n,
      unconvertible: 0,
      untied: 0,
      ready: false,
      rebuildDue: false,
      raised: false,
      judgedExposureMinor: 0n,
      judgedWithLimit: false,
      cause: null,
      riseCause: null,
      ...(account.manualHold === null ? {} : changedByHand(account, null, grounds.now)),
      dueAt: null,
      breachId: null,
      breachVersion: account.breachVersion + (breach === undefined ? 0 : 1),
      hold: null,
      holdVersion: hold?.version ?? account.holdVersion,
    },
    outcome: 'not_ready',
    breach,
    hold,
    cause,
  };
}

function endedBreach(account: Account): BreachDecision | undefined {
  if (account.breachId === null) return undefined;
  const limitMinor = account.limit.standingMinor ?? account.limit.temporaryMinor ?? 0n;
  return {
    kind: 'cleared',
    breachId: account.breachId,
    version: account.breachVersion + 1,
    exposureMinor: 0n,
    limitMinor,
  };
}

function endedHold(account: Account, cause: Cause, grounds: Grounds): HoldDecision | undefined {
  const before = account.hold;
  if (before === null) return undefined;
  const version = account.holdVersion + 1;
  const next = {
    ...before,
    version,
    state: 'free' as const,
    causes: [],
    exposureMinor: 0n,
    causingEventId: cause.eventId,
    validFrom: grounds.now,
    releasedBecause: 'joined_account' as const,
    policyVersion: grounds.settings.version,
    accountVersion: account.version,
  };
  return {
    next,
    told: before.enforcement === 'enforce' ? { type: 'credit_hold_released', hold: next } : undefined,
    version,
  };
}
