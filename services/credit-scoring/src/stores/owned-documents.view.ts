import { type OwnedDocuments, ownedKind } from '@cashloop/messaging/ops';
import type { HoldRow } from './hold.row.ts';
import type { SettingsRow } from './policy.store.ts';
import {
  type BreachRow,
  type LimitRow,
  type ManualHoldRow,
  toldBreach,
  toldHold,
  toldLimit,
  toldManualHold,
  toldSettings,
} from './told-documents.row.ts';

const CHANGES = `c.action in ('MANUAL_OVERRIDE', 'LIMIT_ENDED', 'CURRENCY_CHANGED')`;
const LAST_CHANGE = `left join lateral (
  select old_limit_minor, reason, performed_by, created_at from credit_audit c
  where c.org_id = a.org_id and c.account_id = a.account_id and ${CHANGES}
  order by c.audit_id desc limit 1) last on true`;

/**
 * Limit, breach and hold are documents of an account, each with a version of its own that the account row counts. After a
 * restore also those rise that were never told: they may have been since the backup.
 */
const limit = ownedKind<LimitRow>({
  kind: 'credit_limit',
  table: 'account a',
  told: `exists (select from credit_audit c where c.org_id = a.org_id and c.account_id = a.account_id and ${CHANGES})`,
  customer: 'a.account_id',
  columns: `a.org_id, a.account_id, a.currency, a.standing_limit_minor, a.temporary_limit_minor, a.limit_expires_at,
    a.limit_version, last.old_limit_minor, last.reason, last.performed_by, last.created_at as changed_at`,
  joins: LAST_CHANGE,
  event: toldLimit,
  advance: ['update account set limit_version = limit_version + $1'],
});

/** The row of an account's newest breach or hold: only it carries the newest version. */
const newest = (column: string): string =>
  `exists (select from account a where a.org_id = d.org_id and a.account_id = d.account_id and a.${column} = d.version)`;

const advanced = (table: string, column: string): string[] => [
  `update ${table} d set version = d.version + $1 where ${newest(column)}`,
  `update account set ${column} = ${column} + $1`,
];

const breach = ownedKind<BreachRow>({
  kind: 'credit_breach',
  table: 'credit_breach d',
  told: newest('breach_version'),
  customer: 'd.account_id',
  columns: 'd.*',
  event: toldBreach,
  advance: advanced('credit_breach', 'breach_version'),
});

const hold = ownedKind<HoldRow>({
  kind: 'credit_hold',
  table: 'credit_hold d',
  told: newest('hold_version'),
  customer: 'd.account_id',
  columns: 'd.*',
  event: toldHold,
  advance: advanced('credit_hold', 'hold_version'),
});

const manualHold = ownedKind<ManualHoldRow>({
  kind: 'credit_manual_hold',
  table: 'account a',
  told: 'a.manual_hold_changed_at is not null',
  customer: 'a.account_id',
  columns: 'a.org_id, a.account_id, a.manual_hold, a.manual_hold_version, a.manual_hold_changed_at',
  event: toldManualHold,
  advance: ['update account set manual_hold_version = manual_hold_version + $1'],
});

const settings = ownedKind<SettingsRow & { updated_by: string; updated_at: Date }>({
  kind: 'credit_settings',
  table: 'credit_settings s',
  told: "s.updated_by <> 'system'",
  columns: 's.*',
  event: toldSettings,
  advance: ['update credit_settings set version = version + $1'],
});

export const documents: OwnedDocuments = {
  service: 'credit-scoring',
  orgs: 'select org_id from org order by org_id',
  kinds: [settings, limit, manualHold, breach, hold],
};
