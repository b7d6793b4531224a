import type { Hold, ManualHold } from './hold.ts';
import type { Limit } from './limit.ts';

/** What led to a decision: the ce_id of an event, or the id of a command's event, and when it happened. */
export interface Cause {
  readonly eventId: string;
  readonly at: Date;
}

/**
 * A credit account: the top of a customer tree, and what is decided about it. Every customer has a row; one that is a
 * member of another's account (`rootId` differs) owes nothing of its own and is never judged. Amounts are minor units.
 */
export interface Account {
  readonly orgId: string;
  readonly accountId: string;
  readonly rootId: string;
  /** All customers of the account, itself among them, in id order. */
  readonly memberIds: readonly string[];
  /** `system:company` of every accounting company a member is linked to. */
  readonly companies: readonly string[];
  /** Null until the master told the customer's currency; until then nothing is added up. */
  readonly currency: string | null;
  /** Raised by one per applied fact. */
  readonly version: bigint;
  readonly exposureMinor: bigint;
  /** Documents with an open amount that no rate converts: kept out of the exposure. */
  readonly unconvertible: number;
  /** Members and companies whose balance differs from the accounting system's own. */
  readonly untied: number;
  /** Org and every member known, every first import complete. */
  readonly ready: boolean;
  /** To be rebuilt from its rows once the org is known. */
  readonly rebuildDue: boolean;
  readonly limit: Limit;
  /** Above the limit by a rise, or by a person's word, and not yet decided: a change was open, or a hold was barred. */
  readonly raised: boolean;
  /** Exposure at the last judgement. */
  readonly judgedExposureMinor: bigint;
  /** Whether the last judgement had a limit to compare with. */
  readonly judgedWithLimit: boolean;
  /** Last fact since the last judgement, and the last one that raised the exposure. */
  readonly cause: Cause | null;
  readonly riseCause: Cause | null;
  readonly breachId: string | null;
  readonly breachVersion: number;
  readonly hold: Hold | null;
  readonly holdVersion: number;
  readonly manualHold: ManualHold | null;
  /** Of the document that tells the hold by hand; 0: never told. */
  readonly manualHoldVersion: number;
  readonly manualHoldChangedAt: Date | null;
  /** When the sweep must look at it again. */
  readonly dueAt: Date | null;
}

export const accountKey = (orgId: string, accountId: string): string => `${orgId}:${accountId}`;

export const isTop = (account: Account): boolean => account.rootId === account.accountId;

/** An account nobody has told anything about yet. */
export function newAccount(orgId: string, accountId: string): Account {
  return {
    orgId,
    accountId,
    rootId: accountId,
    memberIds: [accountId],
    companies: [],
    currency: null,
    version: 0n,
    exposureMinor: 0n,
    unconvertible: 0,
    untied: 0,
    ready: false,
    rebuildDue: false,
    limit: { standingMinor: null, temporaryMinor: null, expiresAt: null, version: 0 },
    raised: false,
    judgedExposureMinor: 0n,
    judgedWithLimit: false,
    cause: null,
    riseCause: null,
    breachId: null,
    breachVersion: 0,
    hold: null,
    holdVersion: 0,
    manualHold: null,
    manualHoldVersion: 0,
    manualHoldChangedAt: null,
    dueAt: null,
  };
}
