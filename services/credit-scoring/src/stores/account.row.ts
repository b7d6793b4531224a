import type { Account, Cause } from '../domain/account.ts';
import type { Hold } from '../domain/hold.ts';
import type { ByHand } from '../domain/manual-hold.ts';

/** A row of `account`: int8 as text. */
export interface AccountRow {
  org_id: string;
  account_id: string;
  root_id: string;
  members: string;
  company_list: string;
  currency: string | null;
  version: string;
  exposure_minor: string;
  unconvertible: number;
  untied: number;
  ready: boolean;
  rebuild_due: boolean;
  standing_limit_minor: string | null;
  temporary_limit_minor: string | null;
  limit_expires_at: Date | null;
  limit_version: number;
  raised: boolean;
  judged_exposure_minor: string;
  judged_with_limit: boolean;
  cause_event_id: string | null;
  cause_at: Date | null;
  rise_event_id: string | null;
  rise_at: Date | null;
  breach_id: string | null;
  breach_version: number;
  hold_id: string | null;
  hold_version: number;
  manual_hold: { note: string; by: string; since: string } | null;
  manual_hold_version: number;
  manual_hold_changed_at: Date | null;
  due_at: Date | null;
}

/** What an AccountRow selects from `account a`. Arrays come as text: the client's own array parser is slow. */
export const ACCOUNT_COLUMNS = [
  ...[
    'org_id',
    'account_id',
    'root_id',
    'currency',
    'version',
    'exposure_minor',
    'unconvertible',
    'untied',
    'ready',
    'rebuild_due',
    'standing_limit_minor',
    'temporary_limit_minor',
    'limit_expires_at',
    'limit_version',
    'raised',
    'judged_exposure_minor',
    'judged_with_limit',
    'cause_event_id',
    'cause_at',
    'rise_event_id',
    'rise_at',
    'breach_id',
    'breach_version',
    'hold_id',
    'hold_version',
    'manual_hold',
    'manual_hold_version',
    'manual_hold_changed_at',
    'due_at',
  ].map((name) => `a.${name}`),
  "array_to_string(a.member_ids, ',') as members",
  "array_to_string(a.companies, ',') as company_list",
].join(', ');

/** Minor units of a nullable int8. */
export const minorOf = (value: string | null): bigint | null => (value === null ? null : BigInt(value));

/** @param hold the open hold of the row, from its own table */
export function accountOf(row: AccountRow, hold: Hold | null): Account {
  return {
    orgId: row.org_id,
    accountId: row.account_id,
    rootId: row.root_id,
    memberIds: row.members === '' ? [] : row.members.split(','),
    companies: row.company_list === '' ? [] : row.company_list.split(','),
    currency: row.currency,
    version: BigInt(row.version),
    exposureMinor: BigInt(row.exposure_minor),
    unconvertible: row.unconvertible,
    untied: row.untied,
    ready: row.ready,
    rebuildDue: row.rebuild_due,
    limit: {
      standingMinor: minorOf(row.standing_limit_minor),
      temporaryMinor: minorOf(row.temporary_limit_minor),
      expiresAt: row.limit_expires_at,
      version: row.limit_version,
    },
    raised: row.raised,
    judgedExposureMinor: BigInt(row.judged_exposure_minor),
    judgedWithLimit: row.judged_with_limit,
    cause: causeOf(row.cause_event_id, row.cause_at),
    riseCause: causeOf(row.rise_event_id, row.rise_at),
    breachId: row.breach_id,
    breachVersion: row.breach_version,
    hold,
    holdVersion: row.hold_version,
    ...byHandOf(row),
    dueAt: row.due_at,
  };
}

const causeOf = (eventId: string | null, at: Date | null): Cause | null =>
  eventId === null || at === null ? null : { eventId, at };

export const byHandOf = (
  row: Pick<AccountRow, 'manual_hold' | 'manual_hold_version' | 'manual_hold_changed_at'>,
): ByHand => ({
  manualHold: row.manual_hold === null ? null : { ...row.manual_hold, since: new Date(row.manual_hold.since) },
  manualHoldVersion: row.manual_hold_version,
  manualHoldChangedAt: row.manual_hold_changed_at,
});
