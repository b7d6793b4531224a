import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { LedgerCustomer } from '../domain/ledger.ts';
import type { OwnCustomer } from '../domain/outgoing-events.ts';
import type { Books } from './books.store.ts';

/** One customer to be made in QuickBooks. It stands until QuickBooks has the customer or has refused it. */
export interface CustomerClaim {
  customerId: string;
  requestId: string;
  /** What it is made as, also when the customer is renamed meanwhile: it is found by this name. */
  displayName: string;
  /** An earlier sync claimed it and may have sent it. */
  sent: boolean;
}

/** Customers of the master that this service creates in QuickBooks. Its writers hold the connection's lock. */
@Injectable()
export class CreatedCustomerStore {
  /**
   * Claims the create of a customer that has no place in this company; the caller has just looked, under the customer's
   * lock. A claim that stands is answered as it is. One whose place the customer master has since given to another
   * customer is begun anew.
   */
  async claim(
    tx: Tx,
    books: Books,
    customerId: string,
    fields: { requestId: string; displayName: string; now: Date },
  ): Promise<CustomerClaim> {
    const key = [books.orgId, books.company, customerId];
    await tx.query(
      'delete from customer_write where org_id = $1 and company = $2 and customer_id = $3 and external_id is not null',
      key,
    );
    const made = await tx.query(
      `insert into customer_write (org_id, company, customer_id, request_id, display_name, requested_at)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
      [...key, fields.requestId, fields.displayName, fields.now],
    );
    const rows = await tx.query<Omit<CustomerClaim, 'sent'>>(
      `select customer_id as "customerId", request_id as "requestId", display_name as "displayName" from customer_write
       where org_id = $1 and company = $2 and customer_id = $3`,
      key,
    );
    return { ...rows[0]!, sent: made.length === 0 };
  }

  /** Whether a create of another customer under this name is under way or unclear: two of them would be taken for one. */
  async claimedByOther(tx: Tx, books: Books, customerId: string, displayName: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from customer_write where org_id = $1 and company = $2 and customer_id <> $3 and external_id is null
         and lower(display_name) = lower($4)`,
      [books.orgId, books.company, customerId, displayName],
    );
    return rows.length > 0;
  }

  /**
   * QuickBooks has the customer now: it is linked here at once, unless the customer master was quicker.
   * @returns false when the master has given the place to another customer
   */
  async created(tx: Tx, books: Books, customerId: string, externalId: string, now: Date): Promise<boolean> {
    const key = [books.orgId, books.company, customerId, externalId];
    await tx.query(
      `update customer_write set external_id = $4, done_at = $5 where org_id = $1 and company = $2 and customer_id = $3`,
      [...key, now],
    );
    // First, as whoever else links it does.
    await tx.query(
      'select 1 from external_customer where org_id = $1 and company = $2 and external_id = $3 for update',
      [books.orgId, books.company, externalId],
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
    const ours = await tx.query(
      'select 1 from customer_link where org_id = $1 and company = $2 and customer_id = $3 and external_id = $4',
      key,
    );
    return ours.length > 0;
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
    return !rows[0]!.taken && this.created(tx, books, customerId, externalId, now);
  }

  /** QuickBooks refused it. */
  async forget(tx: Tx, books: Books, { customerId, requestId }: CustomerClaim): Promise<void> {
    await tx.query(
      `delete from customer_write
       where org_id = $1 and company = $2 and customer_id = $3 and request_id = $4 and external_id is null`,
      [books.orgId, books.company, customerId, requestId],
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
