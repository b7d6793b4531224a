import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { BulkPlan } from '../domain/bulk-plan.ts';
import { ApplicationStore } from './application.store.ts';
import { CustomerStore } from './customer.store.ts';
import type { BulkMark } from './record.row.ts';
import { TxnStore } from './txn.store.ts';

/** Stores a whole batch in five statements. */
@Injectable()
export class BulkStore {
  constructor(
    private readonly customers: CustomerStore,
    private readonly txns: TxnStore,
    private readonly applications: ApplicationStore,
  ) {}

  async save(tx: Tx, realmId: string, plan: BulkPlan, now: Date): Promise<void> {
    await this.customers.save(tx, realmId, plan.customers, marksOf(plan, 'n'));
    await this.txns.save(tx, realmId, plan.txns, marksOf(plan, 't'));
    await this.#settle(tx, realmId, plan, now);
    await this.applications.add(tx, realmId, plan.applications);
    await this.customers.moveBalances(tx, realmId, plan.balances);
  }

  async #settle(tx: Tx, realmId: string, { settled }: BulkPlan, now: Date): Promise<void> {
    if (settled.size === 0) return;
    const entries = [...settled];
    await tx.query(
      `update txn set open_minor = open_minor - s.minor, sync_token = sync_token + s.payments, updated_at = $5
       from unnest($2::bigint[], $3::bigint[], $4::int[]) s (id, minor, payments)
       where txn.realm_id = $1 and txn.id = s.id`,
      [
        realmId,
        entries.map(([id]) => id),
        entries.map(([, { minor }]) => String(minor)),
        entries.map(([, { payments }]) => payments),
        now,
      ],
    );
  }
}

/** Names and transactions have ids of their own, so marks carry a letter. */
const marksOf = (plan: BulkPlan, letter: string): Map<string, BulkMark> =>
  new Map([...plan.marks].filter(([id]) => id.startsWith(letter)).map(([id, mark]) => [id.slice(1), mark]));
