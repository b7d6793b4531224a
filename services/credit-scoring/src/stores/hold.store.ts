import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { AccountHold } from '../domain/decisions.ts';
import type { Hold } from '../domain/hold.ts';
import { holdOf, type HoldRow } from './hold.row.ts';
import { json } from './json.row.ts';

const SAVE = `
  insert into credit_hold (org_id, hold_id, account_id, version, state, severity, scope, enforcement, member_ids, causes,
    currency, exposure_minor, limit_minor, causing_event_id, placed_at, valid_from, data_as_of, released_because,
    policy_version, account_version)
  select * from jsonb_to_recordset($1) as t (org_id bigint, hold_id uuid, account_id bigint, version int, state text,
    severity text, scope text, enforcement text, member_ids bigint[], causes jsonb, currency text, exposure_minor bigint,
    limit_minor bigint, causing_event_id text, placed_at timestamptz, valid_from timestamptz, data_as_of timestamptz,
    released_because text, policy_version int, account_version bigint)
  on conflict (org_id, hold_id) do update set version = excluded.version, state = excluded.state,
    severity = excluded.severity, scope = excluded.scope, enforcement = excluded.enforcement,
    member_ids = excluded.member_ids, causes = excluded.causes, currency = excluded.currency,
    exposure_minor = excluded.exposure_minor, limit_minor = excluded.limit_minor,
    causing_event_id = excluded.causing_event_id, valid_from = excluded.valid_from, data_as_of = excluded.data_as_of,
    released_because = excluded.released_because, policy_version = excluded.policy_version,
    account_version = excluded.account_version`;

/** Holds, one row each with its newest state, kept after release. */
@Injectable()
export class HoldStore {
  /** The open holds of accounts that have one, by hold id. Call under the accounts' locks. */
  async open(tx: Tx, rows: readonly { org_id: string; hold_id: string | null }[]): Promise<Map<string, Hold>> {
    if (rows.length === 0) return new Map();
    const found = await tx.prepared<HoldRow>(
      'credit_hold_open',
      `select h.* from unnest($1::bigint[], $2::uuid[]) as t (org_id, hold_id) join credit_hold h using (org_id, hold_id)`,
      [rows.map((row) => row.org_id), rows.map((row) => row.hold_id)],
    );
    return new Map(found.map((row) => [row.hold_id, holdOf(row)]));
  }

  async save(tx: Tx, holds: Iterable<AccountHold>): Promise<void> {
    const rows = [...holds].map(({ orgId, accountId, hold }) => ({
      org_id: orgId,
      hold_id: hold.holdId,
      account_id: accountId,
      version: hold.version,
      state: hold.state,
      severity: hold.severity,
      scope: hold.scope,
      enforcement: hold.enforcement,
      member_ids: hold.memberIds,
      causes: hold.causes.map((cause) => ({
        kind: cause.kind,
        amount_minor: cause.amountMinor,
        threshold_minor: cause.thresholdMinor,
        note: cause.note,
        since: cause.since,
      })),
      currency: hold.currency,
      exposure_minor: hold.exposureMinor,
      limit_minor: hold.limitMinor,
      causing_event_id: hold.causingEventId,
      placed_at: hold.placedAt,
      valid_from: hold.validFrom,
      data_as_of: hold.dataAsOf,
      released_because: hold.releasedBecause,
      policy_version: hold.policyVersion,
      account_version: hold.accountVersion,
    }));
    if (rows.length > 0) await tx.prepared('credit_hold_save', SAVE, [json(rows)]);
  }
}
