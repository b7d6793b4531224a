import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { CustomerRef } from './account.store.ts';

interface Row {
  org_id: string;
  account_id: string;
}

const refs = (rows: readonly Row[]): CustomerRef[] =>
  rows.map((row) => ({ orgId: row.org_id, customerId: row.account_id }));

/** Which accounts a sweep must look at. Reads without locks: the sweep looks again under them. */
@Injectable()
export class DueStore {
  /** Accounts whose patience with a change ended, whose barred hold is to be tried again, or that can be rebuilt. */
  async due(tx: Tx, now: Date, limit: number): Promise<CustomerRef[]> {
    const rows = await tx.prepared<Row>(
      'credit_due',
      `(select org_id, account_id from account where due_at <= $1 order by due_at limit $2)
       union
       (select a.org_id, a.account_id from account a where a.rebuild_due and a.org_id in (select org_id from org) limit $2)`,
      [now, limit],
    );
    return refs(rows);
  }

  /** Accounts whose temporary limit ended. */
  async endedLimits(tx: Tx, now: Date, limit: number): Promise<CustomerRef[]> {
    const rows = await tx.prepared<Row>(
      'credit_ended_limits',
      `select org_id, account_id from account where temporary_limit_minor is not null and limit_expires_at <= $1
       order by limit_expires_at limit $2`,
      [now, limit],
    );
    return refs(rows);
  }

  /** Accounts of an org that hold or would hold: those a change of enforcement matters to. */
  async undecided(tx: Tx, orgId: string): Promise<CustomerRef[]> {
    return refs(
      await tx.query<Row>(
        'select org_id, account_id from account where org_id = $1 and (raised or hold_id is not null or manual_hold is not null)',
        [orgId],
      ),
    );
  }

  /** Data of these companies are fresh again: accounts whose hold was barred are due. Locks in id order. */
  async markRaised(tx: Tx, companies: readonly { orgId: string; company: string }[], now: Date): Promise<void> {
    const params = [companies.map((one) => one.orgId), companies.map((one) => one.company)];
    const rows = await tx.query<Row>(
      `select a.org_id, a.account_id from account a where a.raised and exists (
         select 1 from unnest($1::bigint[], $2::text[]) as t (org_id, company)
         where t.org_id = a.org_id and t.company = any(a.companies))
       order by a.org_id, a.account_id for update`,
      params,
    );
    if (rows.length === 0) return;
    await tx.query(
      `update account a set due_at = $3 from unnest($1::bigint[], $2::bigint[]) as t (org_id, account_id)
       where a.org_id = t.org_id and a.account_id = t.account_id`,
      [rows.map((row) => row.org_id), rows.map((row) => row.account_id), now],
    );
  }
}
