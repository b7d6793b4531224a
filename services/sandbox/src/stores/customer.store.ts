import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Customer } from '../domain/records.ts';
import { type BulkMark, customerArrays, customerColumns, type CustomerRow, toCustomer } from './record.row.ts';

@Injectable()
export class CustomerStore {
  async findAll(tx: Tx, realmId: string, ids: readonly string[]): Promise<Customer[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<CustomerRow>(
      `select ${customerColumns} from customer where realm_id = $1 and id = any($2::bigint[]) order by id`,
      [realmId, ids],
    );
    return rows.map(toCustomer);
  }

  /** Id of another customer of that name, active or not. */
  async idOfName(tx: Tx, realmId: string, name: string, exceptId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      'select id from customer where realm_id = $1 and lower(display_name) = lower($2) and id <> $3',
      [realmId, name, exceptId],
    );
    return row?.id;
  }

  async save(
    tx: Tx,
    realmId: string,
    customers: readonly Customer[],
    marks: ReadonlyMap<string, BulkMark> = new Map(),
  ): Promise<void> {
    if (customers.length === 0) return;
    await tx.query(
      `insert into customer (realm_id, id, sync_token, created_at, updated_at, display_name, active, parent_id, currency,
                             minor_digits, balance_minor, body, bulk_key, bulk_hash)
       select $1, c.id, c.sync_token, c.created_at, c.updated_at, c.display_name, c.active, c.parent_id, c.currency,
              c.minor_digits, c.balance_minor, c.body::json, c.bulk_key, c.bulk_hash
       from unnest($2::bigint[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::boolean[], $8::bigint[],
                   $9::text[], $10::smallint[], $11::bigint[], $12::text[], $13::text[], $14::text[])
            as c (id, sync_token, created_at, updated_at, display_name, active, parent_id, currency, minor_digits,
                  balance_minor, body, bulk_key, bulk_hash)
       on conflict (realm_id, id) do update set sync_token = excluded.sync_token, updated_at = excluded.updated_at,
         display_name = excluded.display_name, active = excluded.active, parent_id = excluded.parent_id, body = excluded.body`,
      [realmId, ...customerArrays(customers, marks)],
    );
  }

  async moveBalances(tx: Tx, realmId: string, moves: ReadonlyMap<string, bigint>): Promise<void> {
    const moved = [...moves].filter(([, byMinor]) => byMinor !== 0n);
    if (moved.length === 0) return;
    await tx.query(
      `update customer set balance_minor = balance_minor + move.by_minor
       from unnest($2::bigint[], $3::bigint[]) move (id, by_minor)
       where customer.realm_id = $1 and customer.id = move.id`,
      [realmId, moved.map(([id]) => id), moved.map(([, byMinor]) => String(byMinor))],
    );
  }
}
