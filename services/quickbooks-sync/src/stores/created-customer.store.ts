import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { LedgerCustomer } from '../domain/ledger.ts';
import type { OwnCustomer } from '../domain/outgoing-events.ts';
import type { Books } from './books.store.ts';

/** Our intent to create a customer in QuickBooks, recorded before the call. */
export interface PendingCreate {
  requestId: string;
  /** Null until the customer is there. */
  externalId: string | null;
}

/** Customers of the master that this service creates in QuickBooks. Its writers hold the connection's lock. */
@Injectable()
export class CreatedCustomerStore {
  /**
   * The same intent keeps its request id: QuickBooks answers a repeated create with the first result. One whose place
   * the customer master has since given to another customer is begun anew.
   */
  async intend(
    tx: Tx,
    books: Books,
    customerId: string,
    fields: { requestId: string; displayName: string; now: Date },
  ): Promise<PendingCreate> {
    const key = [books.orgId, books.company, customerId];
    await tx.query(
      `delete from customer_write w using customer_link l
       where w.org_id = $1 and w.company = $2 and w.customer_id = $3 and l.org_id = w.org_id and l.company = w.company
         and l.external_id = w.external_id and l.customer_id <> w.customer_id`,
      key,
    );
    const rows = await tx.query<PendingCreate>(
      `insert into customer_write (org_id, company, customer_id, request_id, display_name, requested_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (org_id, company, customer_id) do update set
         request_id = case when customer_write.display_name = excluded.display_name then customer_write.request_id else excluded.request_id end,
         display_name = excluded.display_name
       returning request_id as "requestId", external_id as "externalId"`,
      [...key, fields.requestId, fields.displayName, fields.now],
    );
    return rows[0]!;
  }

  /** QuickBooks has the customer now: it is linked here at once, unless the customer master was quicker. */
  async created(tx: Tx, books: Books, customerId: string, externalId: string, now: Date): Promise<void> {
    const key = [books.orgId, books.company, customerId, externalId];
    await tx.query(
      `update customer_write set external_id = $4, done_at = $5 where org_id = $1 and company = $2 and customer_id = $3`,
      [...key, now],
    );
    await tx.query(
      `insert into customer_link (org_id, company, external_id, customer_id) values ($1, $2, $4, $3) on conflict do nothing`,
      key,
    );
    await tx.query(
      `update external_customer e set customer_id = l.customer_id from customer_link l
       where e.org_id = $1 and e.company = $2 and e.external_id = $4 and e.customer_id is null and l.customer_id = $3
         and l.org_id = e.org_id and l.company = e.company and l.external_id = e.external_id`,
      key,
    );
  }

  /**
   * Takes a customer that QuickBooks already has under our name for ours.
   * @returns false when it is another customer's, or was told to the customer master, which will say whose it is
   */
  async adopt(tx: Tx, books: Books, customerId: string, externalId: string, now: Date): Promise<boolean> {
    const rows = await tx.query<{ taken: boolean }>(
      `select coalesce(l.customer_id <> $4, e.version > 0, false) as taken from (select 1) as one
       left join customer_link l on l.org_id = $1 and l.company = $2 and l.external_id = $3
       left join external_customer e on e.org_id = $1 and e.company = $2 and e.external_id = $3`,
      [books.orgId, books.company, externalId, customerId],
    );
    if (rows[0]!.taken) return false;
    await this.created(tx, books, customerId, externalId, now);
    return true;
  }

  /** A create that QuickBooks refused. */
  async forget(tx: Tx, books: Books, customerId: string): Promise<void> {
    await tx.query(
      'delete from customer_write where org_id = $1 and company = $2 and customer_id = $3 and external_id is null',
      [books.orgId, books.company, customerId],
    );
  }

  /**
   * Ends creates whose reply never came, or has not come yet: a customer seen for the first time under the name of one
   * is it, since QuickBooks keeps names unique.
   */
  async recognise(tx: Tx, books: Books, sightings: readonly LedgerCustomer[], now: Date): Promise<void> {
    const first = sightings.filter(({ version, customerId }) => version === 1 && customerId === null);
    if (first.length === 0) return;
    const rows = await tx.prepared<{ customer_id: string; external_id: string }>(
      'created_customer_recognise',
      `select w.customer_id, c.external_id from unnest($3::text[], $4::text[]) as c (external_id, name)
       join customer_write w on w.org_id = $1 and w.company = $2 and w.external_id is null and w.display_name = c.name
       where not exists (select from customer_link l where l.org_id = $1 and l.company = $2 and l.external_id = c.external_id)`,
      [books.orgId, books.company, first.map((c) => c.externalId), first.map((c) => c.facts!.name)],
    );
    for (const row of rows) await this.created(tx, books, row.customer_id, row.external_id, now);
  }

  /** By external id, the customers of the master that we created these for. */
  async ownersOf(tx: Tx, books: Books, customers: readonly LedgerCustomer[]): Promise<Map<string, OwnCustomer>> {
    if (customers.length === 0) return new Map();
    const rows = await tx.prepared<OwnCustomer & { externalId: string }>(
      'created_customer_owners',
      `select w.external_id as "externalId", w.customer_id as "customerId", c.name, c.teri_code as "teriCode"
       from customer_write w
       join customer_link l on l.org_id = w.org_id and l.company = w.company and l.external_id = w.external_id
         and l.customer_id = w.customer_id
       join customer c on c.org_id = w.org_id and c.customer_id = w.customer_id
       where w.org_id = $1 and w.company = $2 and w.external_id = any($3)`,
      [books.orgId, books.company, customers.map((c) => c.externalId)],
    );
    return new Map(rows.map(({ externalId, ...own }) => [externalId, own]));
  }
}
