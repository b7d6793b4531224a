import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { BreachChange } from '../domain/decisions.ts';
import { json } from './json.row.ts';

const OPEN = `
  insert into credit_breach (org_id, breach_id, account_id, version, currency, opened_at, opened_exposure_minor,
    opened_limit_minor, opened_by_event_id, data_as_of, policy_version, account_version)
  select * from jsonb_to_recordset($1) as t (org_id bigint, breach_id uuid, account_id bigint, version int, currency text,
    at timestamptz, exposure bigint, limit_minor bigint, event_id text, data_as_of timestamptz, policy_version int,
    account_version bigint)`;

const CLEAR = `
  update credit_breach b set version = t.version, cleared_at = t.at, cleared_exposure_minor = t.exposure,
    cleared_limit_minor = t.limit_minor, cleared_by_event_id = t.event_id,
    cleared_data_as_of = t.data_as_of, cleared_policy_version = t.policy_version,
    cleared_account_version = t.account_version
  from jsonb_to_recordset($1) as t (org_id bigint, breach_id uuid, version int, at timestamptz, exposure bigint,
    limit_minor bigint, event_id text, data_as_of timestamptz, policy_version int, account_version bigint)
  where b.org_id = t.org_id and b.breach_id = t.breach_id`;

/** Breaches, one row each, kept after they cleared. */
@Injectable()
export class BreachStore {
  /** Opened first: a breach may open and clear in one piece of work. */
  async save(tx: Tx, changes: readonly BreachChange[]): Promise<void> {
    const opened = changes.filter((change) => change.kind === 'opened').map(rowOf);
    const cleared = changes.filter((change) => change.kind === 'cleared').map(rowOf);
    if (opened.length > 0) await tx.prepared('credit_breach_open', OPEN, [json(opened)]);
    if (cleared.length > 0) await tx.prepared('credit_breach_clear', CLEAR, [json(cleared)]);
  }
}

const rowOf = (change: BreachChange) => ({
  org_id: change.orgId,
  breach_id: change.breachId,
  account_id: change.accountId,
  version: change.version,
  currency: change.currency,
  at: change.at,
  exposure: change.exposureMinor,
  limit_minor: change.limitMinor,
  event_id: change.causingEventId,
  data_as_of: change.dataAsOf,
  policy_version: change.policyVersion,
  account_version: change.accountVersion,
});
