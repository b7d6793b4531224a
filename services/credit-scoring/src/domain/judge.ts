import { isTop, type Account, type Cause } from './account.ts';
import { decideBreach, type BreachDecision } from './breach.ts';
import { decideHold, type HoldDecision } from './place-hold.ts';
import type { Hold, HoldCause } from './hold.ts';
import { limitInForce } from './limit.ts';
import type { Settings } from './settings.ts';

/** Without a complete reading for longer than this, no automatic hold is placed. */
export const STALE_AFTER_MS = 4 * 3_600_000;
/** How often a hold that could not be placed is tried again. */
export const RETRY_BARRED_MS = 60_000;

/** What a judgement sees besides the account. */
export interface Grounds {
  readonly now: Date;
  readonly settings: Settings;
  /** When the account's data were last complete; null when it is linked to no company: then it is never stale. */
  readonly dataAsOf: Date | null;
  /** What made us judge now; the causing event when the account remembers none. */
  readonly trigger: Cause;
  /** Makes the id of a new breach or hold. */
  readonly newId: () => string;
}

export type Outcome = 'not_ready' | 'unrated' | 'within_limit' | 'over_limit' | 'barred';

/** The account after a judgement, and what changed for the outside. */
export interface Verdict {
  readonly account: Account;
  readonly outcome: Outcome;
  readonly breach?: BreachDecision;
  readonly hold?: HoldDecision;
  /** What led here. */
  readonly cause: Cause;
}

/**
 * Judges one account (CREDIT.md section 6). Over the limit begins a cause only after a rise of exposure, at the first
 * judgement with a limit, or when a person lowered the limit to hold; it ends when exposure is back within the limit.
 * A hold that must not be placed now (stale or doubtful data) stays due.
 */
export function judge(account: Account, grounds: Grounds): Verdict {
  if (!account.ready || !isTop(account)) return manualOnly(account, grounds);
  const limit = limitInForce(account.limit, grounds.now);
  const over = limit !== null && account.exposureMinor > limit;
  const bar = barOf(account, grounds);
  const cause = overLimitCause(account, grounds, limit, bar !== null);
  const raised = over && cause === undefined && bar !== null && (rose(account) || isOverLimit(account.hold));
  const led = (over ? account.riseCause : null) ?? account.cause ?? grounds.trigger;
  const breach = decideBreach(account, limit, grounds);
  const hold = decideHold(account, causesOf(account, cause, grounds), limit, led, grounds);
  return {
    account: {
      ...account,
      raised,
      judgedExposureMinor: account.exposureMinor,
      judgedWithLimit: limit !== null,
      cause: raised ? account.cause : null,
      riseCause: raised ? account.riseCause : null,
      dueAt: raised && bar !== 'not_enforced' ? new Date(grounds.now.getTime() + RETRY_BARRED_MS) : null,
      breachId: breach === undefined ? account.breachId : breach.kind === 'opened' ? breach.breachId : null,
      breachVersion: account.breachVersion + (breach === undefined ? 0 : 1),
      hold: hold === undefined ? account.hold : hold.next.state === 'held' ? hold.next : null,
      holdVersion: hold?.version ?? account.holdVersion,
    },
    outcome: limit === null ? 'unrated' : !over ? 'within_limit' : raised ? 'barred' : 'over_limit',
    breach,
    hold,
    cause: led,
  };
}

/** A person's hold does not wait for data; the rest of the account stays as it was. */
function manualOnly(account: Account, grounds: Grounds): Verdict {
  const cause = account.cause ?? grounds.trigger;
  if (!isTop(account) || account.currency === null) return { account, outcome: 'not_ready', cause };
  const kept = account.hold?.causes.find((one) => one.kind === 'over_limit');
  const limit = limitInForce(account.limit, grounds.now);
  const hold = decideHold(account, causesOf(account, kept, grounds), limit, cause, grounds);
  if (hold === undefined) return { account, outcome: 'not_ready', cause };
  const next = { ...account, hold: hold.next.state === 'held' ? hold.next : null, holdVersion: hold.version };
  return { account: next, outcome: 'not_ready', hold, cause };
}

const isOverLimit = (hold: Hold | null): boolean => hold?.causes.some((cause) => cause.kind === 'over_limit') ?? false;

/** A person who lowers a limit to hold marks the account as raised, too. */
const rose = (account: Account): boolean =>
  account.raised || !account.judgedWithLimit || account.exposureMinor > account.judgedExposureMinor;

/** Why no automatic hold may begin now. */
function barOf(account: Account, grounds: Grounds): 'not_enforced' | 'stale' | 'doubtful' | null {
  if (grounds.settings.enforcement === 'off') return 'not_enforced';
  const { dataAsOf, now } = grounds;
  if (dataAsOf !== null && now.getTime() - dataAsOf.getTime() > STALE_AFTER_MS) return 'stale';
  return account.unconvertible > 0 || account.untied > 0 ? 'doubtful' : null;
}

function overLimitCause(
  account: Account,
  grounds: Grounds,
  limit: bigint | null,
  barred: boolean,
): HoldCause | undefined {
  if (grounds.settings.enforcement === 'off') return undefined;
  const standing = account.hold?.causes.find((cause) => cause.kind === 'over_limit');
  // Without a limit what stands goes on until a new limit says otherwise, or nothing is owed: that is within any limit.
  if (limit === null) return account.exposureMinor > 0n ? standing : undefined;
  if (account.exposureMinor <= limit) return undefined;
  if (standing === undefined && (barred || !rose(account))) return undefined;
  return {
    kind: 'over_limit',
    amountMinor: account.exposureMinor - limit,
    thresholdMinor: limit,
    note: '',
    since: standing?.since ?? grounds.now,
  };
}

function causesOf(account: Account, overLimit: HoldCause | undefined, grounds: Grounds): HoldCause[] {
  if (grounds.settings.enforcement === 'off') return [];
  const causes = overLimit === undefined ? [] : [overLimit];
  const { manualHold } = account;
  if (manualHold === null) return causes;
  return [
    ...causes,
    { kind: 'manual', amountMinor: 0n, thresholdMinor: null, note: manualHold.note, since: manualHold.since },
  ];
}
