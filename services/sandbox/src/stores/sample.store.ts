import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { LiveCustomer } from '../domain/live-step.ts';
import type { SampleCustomer } from '../domain/sample-company.ts';

/** What the sample company was made from, so that an interrupted load goes on with the same rows. */
export interface SampleMark {
  seed: number;
  customers: number;
  today: string;
  /** Set when everything is loaded. */
  list?: SampleCustomer[];
}

@Injectable()
export class SampleStore {
  async find(tx: Tx, realmId: string): Promise<SampleMark | undefined> {
    const [row] = await tx.query<{ sample: SampleMark | null }>('select sample from company where realm_id = $1', [
      realmId,
    ]);
    return row?.sample ?? undefined;
  }

  async keep(tx: Tx, realmId: string, mark: SampleMark): Promise<void> {
    await tx.query('update company set sample = $2::text::json where realm_id = $1', [realmId, JSON.stringify(mark)]);
  }

  /** Companies whose sample is loaded. */
  async realms(tx: Tx): Promise<string[]> {
    const rows = await tx.query<{ realm_id: string }>(
      `select realm_id from company where sample->'list' is not null order by 1`,
    );
    return rows.map((row) => row.realm_id);
  }

  /** The customers' own ids by the sample's keys. */
  async idsByKey(tx: Tx, realmId: string): Promise<Map<string, string>> {
    const rows = await tx.query<{ id: string; bulk_key: string }>(
      'select id, bulk_key from customer where realm_id = $1 and bulk_key is not null',
      [realmId],
    );
    return new Map(rows.map((row) => [row.bulk_key, row.id]));
  }

  async liveCustomers(tx: Tx, realmId: string, list: readonly SampleCustomer[]): Promise<LiveCustomer[]> {
    const rows = await tx.query<{ id: string; bulk_key: string; balance_minor: string }>(
      'select id, bulk_key, balance_minor from customer where realm_id = $1 and bulk_key = any($2) and active',
      [realmId, list.map((customer) => customer.key)],
    );
    const byKey = new Map(rows.map((row) => [row.bulk_key, row]));
    return list.flatMap(({ key, creditLimit, actor }) => {
      const row = byKey.get(key);
      const limitCents = BigInt(creditLimit.replace('.', ''));
      return row === undefined ? [] : [{ id: row.id, limitCents, balanceCents: BigInt(row.balance_minor), actor }];
    });
  }

  async openInvoices(tx: Tx, realmId: string, customerId: string): Promise<{ id: string; openCents: bigint }[]> {
    const rows = await tx.query<{ id: string; open_minor: string }>(
      `select id, open_minor from txn
       where realm_id = $1 and customer_id = $2 and kind = 'Invoice' and open_minor > 0 order by due_date, id limit 50`,
      [realmId, customerId],
    );
    return rows.map((row) => ({ id: row.id, openCents: BigInt(row.open_minor) }));
  }
}
