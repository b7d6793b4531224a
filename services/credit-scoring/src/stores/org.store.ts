import { Injectable } from '@nestjs/common';
import type { OrgState } from '@cashloop/events';
import type { TransactionRunner, Tx } from '@cashloop/persistence';

/** The copy of the orgs. */
@Injectable()
export class OrgStore {
  /** @returns org ids that are new or whose base currency changed: their accounts must be rebuilt */
  async save(tx: Tx, states: readonly OrgState[]): Promise<string[]> {
    const changed = new Set<string>();
    for (const state of states) {
      const [before] = await tx.query<{ base_currency: string }>(
        'select base_currency from org where org_id = $1 for update',
        [state.orgId],
      );
      const saved = await tx.query(
        `insert into org (org_id, version, time_zone, base_currency, calendar) values ($1, $2, $3, $4, $5)
         on conflict (org_id) do update set version = excluded.version, time_zone = excluded.time_zone,
           base_currency = excluded.base_currency, calendar = excluded.calendar where org.version < excluded.version
         returning 1`,
        [state.orgId, state.version, state.timeZone, state.baseCurrency, state.calendar],
      );
      if (saved.length > 0 && before?.base_currency !== state.baseCurrency) changed.add(state.orgId);
    }
    return [...changed];
  }

  /** Marks every account of these orgs for a rebuild by the sweep. Locks in id order. */
  async rebuildAccounts(tx: Tx, orgIds: readonly string[]): Promise<void> {
    const mine = 'org_id = any($1::bigint[]) and root_id = account_id';
    await tx.query(`select 1 from account where ${mine} order by org_id, account_id for update`, [orgIds]);
    await tx.query(`update account set rebuild_due = true where ${mine}`, [orgIds]);
  }

  /** All orgs there are: sweeps loop over them. The table is exempt from row-level security. */
  async all(runner: TransactionRunner): Promise<string[]> {
    const rows = await runner.read([], (tx) => tx.query<{ org_id: string }>('select org_id from org order by org_id'));
    return rows.map((row) => row.org_id);
  }
}
