import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { SYSTEM } from '../domain/facts.ts';

/** A customer of the master, as far as QuickBooks shall know it. */
export interface Customer {
  orgId: string;
  customerId: string;
  version: number;
  teriCode: string;
  name: string;
  email: string;
  phone: string;
  currency: string;
  active: boolean;
  /** Where it stands in QuickBooks companies. */
  links: readonly { company: string; externalId: string }[];
}

/** Copy of customer.v1 and its links. */
@Injectable()
export class CustomerStore {
  /** @returns the customers that were newer than what we had */
  async keepNewest(tx: Tx, customers: readonly Customer[]): Promise<Customer[]> {
    const newest = new Map<string, Customer>();
    for (const one of customers) {
      const key = `${one.orgId}:${one.customerId}`;
      if ((newest.get(key)?.version ?? 0) < one.version) newest.set(key, one);
    }
    const all = [...newest.values()].sort(
      (a, b) => Number(BigInt(a.orgId) - BigInt(b.orgId)) || Number(BigInt(a.customerId) - BigInt(b.customerId)),
    );
    const rows = await tx.prepared<{ key: string }>(
      'customer_keep',
      `insert into customer (org_id, customer_id, version, teri_code, name, email, phone, currency, active)
       select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[])
       on conflict (org_id, customer_id) do update set version = excluded.version, name = excluded.name, email = excluded.email,
         phone = excluded.phone, currency = excluded.currency, active = excluded.active where customer.version < excluded.version
       returning org_id || ':' || customer_id as key`,
      [
        all.map((c) => c.orgId),
        all.map((c) => c.customerId),
        all.map((c) => c.version),
        all.map((c) => c.teriCode),
        all.map((c) => c.name),
        all.map((c) => c.email),
        all.map((c) => c.phone),
        all.map((c) => c.currency),
        all.map((c) => c.active),
      ],
    );
    return rows.map((row) => newest.get(row.key)!);
  }

  /**
   * Remembers links and gives external customers their customer. One that had another customer moves with all its
   * documents: they are parked, and the next release tells the move and that the new customer is complete.
   */
  async link(tx: Tx, customers: readonly Customer[], now: Date): Promise<void> {
    const links = customers.flatMap((c) =>
      c.links.map((link) => ({ ...link, orgId: c.orgId, customerId: c.customerId })),
    );
    if (links.length === 0) return;
    const columns = [
      links.map((l) => l.orgId),
      links.map((l) => l.company),
      links.map((l) => l.externalId),
      links.map((l) => l.customerId),
    ];
    // One may be linked before it is first seen, or while it is: without its row neither side would find the other's.
    await tx.prepared(
      'customer_link_make',
      `insert into external_customer (org_id, company, external_id, read_at)
       select l.*, $4 from (select distinct * from unnest($1::bigint[], $2::text[], $3::text[])) as l (org_id, company, external_id)
       order by l.org_id, l.company, l.external_id on conflict do nothing`,
      [...columns.slice(0, 3), now],
    );
    await tx.prepared(
      'customer_link_lock',
      `select 1 from unnest($1::bigint[], $2::text[], $3::text[]) as l (org_id, company, external_id)
       join external_customer e on e.org_id = l.org_id and e.company = l.company and e.external_id = l.external_id
       order by e.org_id, e.company, e.external_id for update of e`,
      columns.slice(0, 3),
    );
    await tx.prepared(
      'customer_link_save',
      `insert into customer_link (org_id, company, external_id, customer_id)
       select distinct on (1, 2, 3) * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
       on conflict (org_id, company, external_id) do update set customer_id = excluded.customer_id`,
      columns,
    );
    await tx.prepared(
      'customer_link_moved',
      `update document d set parked_since = coalesce(d.parked_since, $5)
       from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) as l (org_id, company, external_id, customer_id)
       where d.org_id = l.org_id and d.company = l.company and d.customer_external_id = l.external_id
         and d.published_customer_id <> l.customer_id`,
      [...columns, now],
    );
    await tx.prepared(
      'customer_link_apply',
      `update external_customer e set customer_id = l.customer_id, released = false
       from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) as l (org_id, company, external_id, customer_id)
       where e.org_id = l.org_id and e.company = l.company and e.external_id = l.external_id
         and e.customer_id is distinct from l.customer_id`,
      columns,
    );
  }

  async synced(tx: Tx, orgId: string, customerId: string, now: Date): Promise<void> {
    await tx.query('update customer set qbo_last_sync_at = $3 where org_id = $1 and customer_id = $2', [
      orgId,
      customerId,
      now,
    ]);
  }

  /** As it stands now; its news and links wait until the transaction ends. */
  async lock(tx: Tx, orgId: string, customerId: string): Promise<Customer | undefined> {
    await tx.query('select 1 from customer where org_id = $1 and customer_id = $2 for update', [orgId, customerId]);
    return this.get(tx, orgId, customerId);
  }

  async get(tx: Tx, orgId: string, customerId: string): Promise<Customer | undefined> {
    const rows = await tx.query<Omit<Customer, 'links'>>(
      `select org_id as "orgId", customer_id as "customerId", version, teri_code as "teriCode", name, email, phone, currency, active
       from customer where org_id = $1 and customer_id = $2`,
      [orgId, customerId],
    );
    if (rows[0] === undefined) return undefined;
    const links = await tx.query<{ company: string; externalId: string }>(
      `select company, external_id as "externalId" from customer_link where org_id = $1 and customer_id = $2 order by 1, 2`,
      [orgId, customerId],
    );
    return { ...rows[0], links };
  }
}

export const quickbooksLinks = (
  links: readonly { system: string; company: string; externalId: string }[],
): Customer['links'] =>
  links.filter((link) => link.system === SYSTEM).map(({ company, externalId }) => ({ company, externalId }));
