import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { accountKey, type Account } from '../domain/account.ts';
import { plainArray, textArray } from './array.row.ts';
import { ACCOUNT_COLUMNS, accountOf, type AccountRow } from './account.row.ts';
import { HoldStore } from './hold.store.ts';
import { json } from './json.row.ts';

/** One customer of one org. */
export interface CustomerRef {
  readonly orgId: string;
  readonly customerId: string;
}

/** A row changed between two of our reads. Postgres' own code for it, so that the work is repeated as a whole. */
export class StaleRead extends Error {
  override readonly name = 'StaleRead';
  readonly code = '40001';
}

const ENSURE = `
  insert into account (org_id, account_id, root_id, member_ids)
  select org_id, id, id, array[id] from unnest($1::bigint[], $2::bigint[]) as t (org_id, id)
  order by org_id, id on conflict do nothing`;

// The tops are read before the locks; whether they still are the tops is checked after.
const LOCK = `
  with asked as materialized (select * from unnest($1::bigint[], $2::bigint[]) as t (org_id, id)),
  wanted as materialized (
    select org_id, id from asked
    union
    select a.org_id, a.root_id from account a join asked t on a.org_id = t.org_id and a.account_id = t.id
    where a.root_id <> a.account_id)
  select ${ACCOUNT_COLUMNS}
  from wanted w join account a on a.org_id = w.org_id and a.account_id = w.id
  order by a.org_id, a.account_id for update of a`;

const SAVE = `
  update account a set version = t.version, exposure_minor = t.exposure, unconvertible = t.unconvertible,
    untied = t.untied, ready = t.ready, rebuild_due = t.rebuild_due, raised = t.raised, judged_exposure_minor = t.judged,
    judged_with_limit = t.with_limit, cause_event_id = t.cause_id, cause_at = t.cause_at, rise_event_id = t.rise_id,
    rise_at = t.rise_at, breach_id = t.breach_id, breach_version = t.breach_version, hold_id = t.hold_id,
    hold_version = t.hold_version, due_at = t.due_at
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::bool[], $8::bool[],
    $9::bool[], $10::bigint[], $11::bool[], $12::text[], $13::timestamptz[], $14::text[], $15::timestamptz[], $16::uuid[],
    $17::int[], $18::uuid[], $19::int[], $20::timestamptz[])
    as t (org_id, account_id, version, exposure, unconvertible, untied, ready, rebuild_due, raised, judged, with_limit,
      cause_id, cause_at, rise_id, rise_at, breach_id, breach_version, hold_id, hold_version, due_at)
  where a.org_id = t.org_id and a.account_id = t.account_id`;

const SAVE_SHAPE = `
  update account a set root_id = t.root_id, member_ids = t.member_ids, companies = t.companies, currency = t.currency,
    standing_limit_minor = t.standing, temporary_limit_minor = t.temporary, limit_expires_at = t.expires_at,
    limit_version = t.limit_version, manual_hold = t.manual_hold, manual_hold_version = t.by_hand_version,
    manual_hold_changed_at = t.by_hand_at
  from jsonb_to_recordset($1) as t (org_id bigint, account_id bigint, root_id bigint, member_ids bigint[], companies text[],
    currency text, standing bigint, temporary bigint, expires_at timestamptz, limit_version int, manual_hold jsonb,
    by_hand_version int, by_hand_at timestamptz)
  where a.org_id = t.org_id and a.account_id = t.account_id`;

/** The aggregate rows. Whoever decides anything about an account holds its lock from here. */
@Injectable()
export class AccountStore {
  constructor(private readonly holds: HoldStore) {}

  /**
   * Makes the accounts of these customers exist, locks them and the accounts they belong to, and only then reads them.
   * @returns accounts by key, tops included
   * @throws StaleRead when a customer changed its account meanwhile
   */
  async lock(tx: Tx, refs: readonly CustomerRef[]): Promise<Map<string, Account>> {
    if (refs.length === 0) return new Map();
    const orgIds = plainArray(refs.map((ref) => ref.orgId));
    const ids = plainArray(refs.map((ref) => ref.customerId));
    await tx.prepared('credit_account_ensure', ENSURE, [orgIds, ids]);
    const rows = await tx.prepared<AccountRow>('credit_account_lock', LOCK, [orgIds, ids]);
    const holds = await this.holds.open(
      tx,
      rows.filter((row) => row.hold_id !== null),
    );
    const accounts = new Map<string, Account>();
    for (const row of rows) {
      const hold = row.hold_id === null ? null : (holds.get(row.hold_id) ?? null);
      accounts.set(accountKey(row.org_id, row.account_id), accountOf(row, hold));
    }
    for (const account of accounts.values()) {
      if (!accounts.has(accountKey(account.orgId, account.rootId)))
        throw new StaleRead('a customer changed its account');
    }
    return accounts;
  }

  /** Saves figures and decisions: what receivables change. */
  async save(tx: Tx, accounts: Iterable<Account>): Promise<void> {
    const rows = [...accounts];
    if (rows.length === 0) return;
    const column = (value: (account: Account) => unknown): string => plainArray(rows.map(value));
    await tx.prepared('credit_account_save', SAVE, [
      column((a) => a.orgId),
      column((a) => a.accountId),
      column((a) => a.version),
      column((a) => a.exposureMinor),
      column((a) => a.unconvertible),
      column((a) => a.untied),
      column((a) => a.ready),
      column((a) => a.rebuildDue),
      column((a) => a.raised),
      column((a) => a.judgedExposureMinor),
      column((a) => a.judgedWithLimit),
      textArray(rows.map((a) => a.cause?.eventId)),
      column((a) => a.cause?.at.toISOString() ?? null),
      textArray(rows.map((a) => a.riseCause?.eventId)),
      column((a) => a.riseCause?.at.toISOString() ?? null),
      column((a) => a.breachId),
      column((a) => a.breachVersion),
      column((a) => a.hold?.holdId ?? null),
      column((a) => a.holdVersion),
      column((a) => a.dueAt?.toISOString() ?? null),
    ]);
  }

  /** Saves members, currency, limit and manual hold: what masters and people change. */
  async saveShape(tx: Tx, accounts: Iterable<Account>): Promise<void> {
    const rows = [...accounts].map((a) => ({
      org_id: a.orgId,
      account_id: a.accountId,
      root_id: a.rootId,
      member_ids: a.memberIds,
      companies: a.companies,
      currency: a.currency,
      standing: a.limit.standingMinor,
      temporary: a.limit.temporaryMinor,
      expires_at: a.limit.expiresAt,
      limit_version: a.limit.version,
      manual_hold: a.manualHold,
      by_hand_version: a.manualHoldVersion,
      by_hand_at: a.manualHoldChangedAt,
    }));
    if (rows.length > 0) await tx.prepared('credit_account_save_shape', SAVE_SHAPE, [json(rows)]);
  }
}
