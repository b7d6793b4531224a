import type { OutgoingEvent } from '@cashloop/events';
import { breachEvent, holdEvent } from '../domain/announce.ts';
import { limitEvent, settingsEvent } from '../domain/announce-limit.ts';
import type { Hold } from '../domain/hold.ts';
import { manualHoldEvent } from '../domain/manual-hold.ts';
import { type AccountRow, byHandOf, minorOf } from './account.row.ts';
import { holdOf, type HoldRow } from './hold.row.ts';
import { settingsOf, type SettingsRow } from './policy.store.ts';

export interface LimitRow {
  org_id: string;
  account_id: string;
  currency: string | null;
  standing_limit_minor: string | null;
  temporary_limit_minor: string | null;
  limit_expires_at: Date | null;
  limit_version: number;
  old_limit_minor: string | null;
  reason: string | null;
  performed_by: string | null;
  changed_at: Date | null;
}

/** The limit as it was announced, with the reason that the audit trail kept. */
export function toldLimit(row: LimitRow): OutgoingEvent {
  const limit = {
    standingMinor: minorOf(row.standing_limit_minor),
    temporaryMinor: minorOf(row.temporary_limit_minor),
    expiresAt: row.limit_expires_at,
    version: row.limit_version,
  };
  const previous = { ...limit, standingMinor: minorOf(row.old_limit_minor), temporaryMinor: null, expiresAt: null };
  const account = { orgId: row.org_id, accountId: row.account_id, currency: row.currency, limit };
  const change = { reason: row.reason ?? '', setBy: row.performed_by ?? 'system', now: row.changed_at ?? new Date(0) };
  return limitEvent({ limit: previous }, account, change);
}

export interface BreachRow {
  org_id: string;
  account_id: string;
  breach_id: string;
  version: number;
  currency: string;
  opened_at: Date;
  opened_exposure_minor: string;
  opened_limit_minor: string;
  opened_by_event_id: string;
  cleared_at: Date | null;
  cleared_exposure_minor: string | null;
  cleared_limit_minor: string | null;
  cleared_by_event_id: string | null;
  data_as_of: Date;
  cleared_data_as_of: Date | null;
}

export function toldBreach(row: BreachRow): OutgoingEvent {
  const account = { orgId: row.org_id, accountId: row.account_id, currency: row.currency };
  const cleared = row.cleared_at !== null;
  const breach = {
    kind: cleared ? 'cleared' : 'opened',
    breachId: row.breach_id,
    version: row.version,
    exposureMinor: BigInt(row.cleared_exposure_minor ?? row.opened_exposure_minor),
    limitMinor: BigInt(row.cleared_limit_minor ?? row.opened_limit_minor),
  } as const;
  const causingEventId = row.cleared_by_event_id ?? row.opened_by_event_id;
  return breachEvent(account, breach, {
    causingEventId,
    at: row.cleared_at ?? row.opened_at,
    dataAsOf: row.cleared_data_as_of ?? row.data_as_of,
  });
}

/** A hold that only we see is told as none: readers must not keep one from the time when it was enforced. */
export function toldHold(row: HoldRow): OutgoingEvent {
  const hold = holdOf(row);
  const account = { orgId: row.org_id, accountId: row.account_id };
  if (hold.state === 'free') return holdEvent(account, { type: 'credit_hold_released', hold }, hold.validFrom);
  if (hold.enforcement !== 'enforce') {
    const none: Hold = { ...hold, state: 'free', causes: [], releasedBecause: 'observe_only' };
    return holdEvent(account, { type: 'credit_hold_released', hold: none }, hold.validFrom);
  }
  const first = hold.placedAt.getTime() === hold.validFrom.getTime();
  const type = first ? 'credit_hold_placed' : 'credit_hold_changed';
  return holdEvent(account, { type, hold }, hold.validFrom);
}

export type ManualHoldRow = Pick<
  AccountRow,
  'org_id' | 'account_id' | 'manual_hold' | 'manual_hold_version' | 'manual_hold_changed_at'
>;

export const toldManualHold = (row: ManualHoldRow): OutgoingEvent =>
  manualHoldEvent({ orgId: row.org_id, accountId: row.account_id, ...byHandOf(row) });

export const toldSettings = (row: SettingsRow & { updated_by: string; updated_at: Date }): OutgoingEvent =>
  settingsEvent(row.org_id, settingsOf(row), row.updated_by, row.updated_at);
