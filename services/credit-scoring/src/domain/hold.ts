import type { Enforcement } from './settings.ts';

export type CauseKind = 'over_limit' | 'overdue' | 'rating' | 'manual';
export type Severity = 'warn' | 'soft' | 'hard';
export type Scope = 'new_orders' | 'unshipped_orders';

/** One reason to hold, with the figures that make it true. Minor units of the account's currency. */
export interface HoldCause {
  readonly kind: CauseKind;
  readonly amountMinor: bigint;
  /** What the amount was compared with; null when nothing. */
  readonly thresholdMinor: bigint | null;
  readonly note: string;
  readonly since: Date;
}

/** A hold a person placed: ends only by hand. */
export interface ManualHold {
  readonly note: string;
  readonly by: string;
  readonly since: Date;
}

export type Release = 'within_limit' | 'released_by_hand' | 'not_enforced' | 'observe_only' | 'joined_account';

/** The whole state of an account's hold, as stored and as published. */
export interface Hold {
  readonly holdId: string;
  readonly version: number;
  readonly state: 'held' | 'free';
  readonly severity: Severity;
  readonly scope: Scope;
  /** `observe`: decided and listed, but nobody outside was told. */
  readonly enforcement: Enforcement;
  readonly memberIds: readonly string[];
  readonly causes: readonly HoldCause[];
  readonly currency: string;
  readonly exposureMinor: bigint;
  readonly limitMinor: bigint | null;
  readonly causingEventId: string;
  readonly placedAt: Date;
  readonly validFrom: Date;
  readonly dataAsOf: Date;
  readonly releasedBecause: Release | null;
  readonly policyVersion: number;
  readonly accountVersion: bigint;
}

/** How firm each cause is. Policy, not program: a segment may get its own table. */
const SEVERITY: Readonly<Record<CauseKind, Severity>> = {
  over_limit: 'soft',
  overdue: 'soft',
  rating: 'soft',
  manual: 'hard',
};

export const severityOf = (causes: readonly HoldCause[]): Severity =>
  causes.some((cause) => SEVERITY[cause.kind] === 'hard') ? 'hard' : 'soft';

export const scopeOf = (severity: Severity): Scope => (severity === 'hard' ? 'unshipped_orders' : 'new_orders');

/** What is left of the limit; may be below zero; null without a limit. */
export const availableOf = (hold: Hold): bigint | null =>
  hold.limitMinor === null ? null : hold.limitMinor - hold.exposureMinor;

/** The smallest payment that releases the hold; null when free, or when no payment would. */
export function wayOutOf(hold: Hold): bigint | null {
  if (hold.state === 'free' || hold.limitMinor === null) return null;
  if (hold.causes.some((cause) => cause.kind !== 'over_limit')) return null;
  return hold.exposureMinor > hold.limitMinor ? hold.exposureMinor - hold.limitMinor : null;
}

/** Whether two states of one hold say the same to a reader. */
export function sameHold(a: Hold, b: Hold): boolean {
  return (
    a.state === b.state &&
    a.enforcement === b.enforcement &&
    a.severity === b.severity &&
    a.currency === b.currency &&
    a.exposureMinor === b.exposureMinor &&
    a.limitMinor === b.limitMinor &&
    a.memberIds.join() === b.memberIds.join() &&
    a.causes.map(causeText).join() === b.causes.map(causeText).join()
  );
}

const causeText = (cause: HoldCause): string =>
  `${cause.kind} ${cause.amountMinor} ${cause.thresholdMinor ?? ''} ${cause.note} ${cause.since.getTime()}`;
