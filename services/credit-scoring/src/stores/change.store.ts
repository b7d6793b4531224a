import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { accountKey, type Account } from '../domain/account.ts';
import type { OpenChange } from '../domain/change.ts';
import { plainArray } from './array.row.ts';
import { json } from './json.row.ts';

interface Row {
  org_id: string;
  account_id: string;
  change_id: string;
  waiting_for: string[];
  touched_at: Date;
}

const INSERT = `
  insert into open_change (org_id, account_id, change_id, waiting_for, touched_at)
  select * from jsonb_to_recordset($1)
    as t (org_id bigint, account_id bigint, change_id text, waiting_for bigint[], touched_at timestamptz)`;

/** Changes of which an account has seen a part. Always empty soon after the last event. */
@Injectable()
export class ChangeStore {
  /** By account key. Call under the accounts' locks. */
  async load(tx: Tx, accounts: Iterable<Account>): Promise<Map<string, readonly OpenChange[]>> {
    const all = [...accounts];
    const rows = await tx.prepared<Row>(
      'credit_change_load',
      `select c.* from unnest($1::bigint[], $2::bigint[]) as t (org_id, account_id)
       join open_change c using (org_id, account_id) order by c.touched_at, c.change_id`,
      [plainArray(all.map((account) => account.orgId)), plainArray(all.map((account) => account.accountId))],
    );
    const changes = new Map<string, OpenChange[]>();
    for (const row of rows) {
      const key = accountKey(row.org_id, row.account_id);
      const change = { changeId: row.change_id, waitingFor: row.waiting_for, touchedAt: row.touched_at };
      changes.set(key, [...(changes.get(key) ?? []), change]);
    }
    return changes;
  }

  /** Replaces the open changes of these accounts. Keys are `org:account`. */
  async replace(tx: Tx, keys: Iterable<string>, changes: ReadonlyMap<string, readonly OpenChange[]>): Promise<void> {
    const ids = [...keys].map((key) => key.split(':') as [string, string]);
    if (ids.length === 0) return;
    await tx.prepared(
      'credit_change_clear',
      `delete from open_change c using unnest($1::bigint[], $2::bigint[]) as t (org_id, account_id)
       where c.org_id = t.org_id and c.account_id = t.account_id`,
      [ids.map(([orgId]) => orgId), ids.map(([, accountId]) => accountId)],
    );
    const rows = ids.flatMap(([orgId, accountId]) =>
      (changes.get(accountKey(orgId, accountId)) ?? []).map((change) => ({
        org_id: orgId,
        account_id: accountId,
        change_id: change.changeId,
        waiting_for: change.waitingFor,
        touched_at: change.touchedAt,
      })),
    );
    if (rows.length > 0) await tx.prepared('credit_change_insert', INSERT, [json(rows)]);
  }
}
