import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Customer } from '../domain/customer.ts';
import { type CustomerRow, toCustomer } from './customer.row.ts';

/** The customers themselves. */
@Injectable()
export class CustomerStore {
  /** One writer at a time per org: two at once could each miss the parent the other is about to make, or close a circle. */
  async lockTrees(tx: Tx, orgIds: readonly string[]): Promise<void> {
    await tx.prepared(
      'customer_lock_trees',
      `select pg_advisory_xact_lock(hashtextextended('customer-tree:' || org, 0))
         from (select org from unnest($1::bigint[]) org order by org) orgs`,
      [orgIds],
    );
  }

  async nextId(tx: Tx): Promise<string> {
    const [row] = await tx.query<{ id: string }>(`select nextval('customer_id_seq') id`);
    return row!.id;
  }

  /** Which of these customers their orgs have, as `<org>:<customer>`. Customers never go away, so no lock is needed. */
  async existing(tx: Tx, customers: readonly { orgId: string; id: string }[]): Promise<Set<string>> {
    if (customers.length === 0) return new Set();
    const rows = await tx.prepared<{ key: string }>(
      'customer_existing',
      `select customer.org_id || ':' || customer.id as key
         from unnest($1::bigint[], $2::bigint[]) wanted (org_id, id)
         join customer on customer.org_id = wanted.org_id and customer.id = wanted.id`,
      [customers.map((one) => one.orgId), customers.map((one) => one.id)],
    );
    return new Set(rows.map((row) => row.key));
  }

  /** Locks the rows that exist, in id order. */
  async lock(tx: Tx, ids: readonly string[]): Promise<Map<string, Customer>> {
    const rows = await tx.prepared<CustomerRow>(
      'customer_lock',
      `select id, org_id, version, teri_code, name, email, phone, currency, parent_id, active, other_currency_of
         from customer where id = any($1::bigint[]) order by id for update`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, toCustomer(row)]));
  }

  /** The parents of these customers, of their parents, and so on to the top. */
  async parentsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string | null>> {
    const rows = await tx.prepared<{ id: string; parent_id: string | null }>(
      'customer_parents',
      `with recursive up as (
         select id, parent_id from customer where id = any($1::bigint[])
         union
         select customer.id, customer.parent_id from customer join up on customer.id = up.parent_id
       ) select id, parent_id from up`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row.parent_id]));
  }

  /** Whether customers name this one as the same party in another currency. */
  async isNamedAsOtherCurrency(tx: Tx, id: string): Promise<boolean> {
    return (await tx.query('select from customer where other_currency_of = $1 limit 1', [id])).length > 0;
  }

  /** Writes new and changed customers in one statement; they are locked or new. */
  async save(tx: Tx, customers: readonly Customer[], now: Date): Promise<void> {
    if (customers.length === 0) return;
    const column = <K extends keyof Customer>(key: K): Customer[K][] => customers.map((customer) => customer[key]);
    await tx.prepared(
      'customer_save',
      `insert into customer (id, org_id, version, teri_code, name, email, phone, currency, parent_id, active,
                             other_currency_of, created_at, updated_at)
       select *, $12::timestamptz, $12::timestamptz
         from unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::bigint[], $10::bool[], $11::bigint[])
       on conflict (id) do update set version = excluded.version, name = excluded.name, email = excluded.email,
         phone = excluded.phone, currency = excluded.currency, parent_id = excluded.parent_id,
         active = excluded.active, other_currency_of = excluded.other_currency_of, updated_at = excluded.updated_at`,
      [
        column('id'),
        column('orgId'),
        column('version'),
        column('teriCode'),
        column('name'),
        column('email'),
        column('phone'),
        column('currency'),
        column('parentId'),
        column('active'),
        column('otherCurrencyOf'),
        now,
      ],
    );
  }
}
