import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { LedgerCustomer } from '../domain/ledger.ts';
import type { Books } from './books.store.ts';

/** Our intent to create a customer in QuickBooks, recorded before the call. */
export interface PendingCreate {
  requestId: string;
  externalId: string | null;
}

/** Customers that this service creates in QuickBooks, so that their sight there is not taken for a new customer. */
@Injectable()
export class CreatedCustomerStore {
  /** The same intent keeps its request id: QuickBooks answers a repeated create with the first result. */
  async intend(
    tx: Tx,
    books: Books,
    customerId: string,
    fields: { requestId: string; displayName: string; now: Date },
  ): Promise<PendingCreate> {
    const rows = await tx.query<PendingCreate>(
      `insert into customer_write (org_id, company, customer_id, request_id, display_name, requested_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (org_id, company, customer_id) do update set
         request_id = case when customer_write.display_name = excluded.display_name then customer_write.request_id else excluded.request_id end,
         display_name = excluded.display_name
       returning request_id as "requestId", external_id as "externalId"`,
      [books.orgId, books.company, customerId, fields.requestId, fields.displayName, fields.now],
    );
    return rows[0]!;
  }

  /** QuickBooks has the customer now: it is linked here at once. */
  async created(tx: Tx, books: Books, customerId: string, externalId: string, now: Date): Promise<void> {
    const key = [books.orgId, books.company, customerId, externalId];
    await tx.query(
      `update customer_write set external_id = $4, done_at = $5 where org_id = $1 and company = $2 and customer_id = $3`,
      [...key, now],
    );
    await tx.query(
      `insert into customer_link (org_id, company, external_id, customer_id, own) values ($1, $2, $4, $3, true) on conflict do nothing`,
      key,
    );
    await tx.query(
      `update external_customer set customer_id = $3 where org_id = $1 and company = $2 and external_id = $4 and customer_id is null`,
      key,
    );
  }

  /** A create that QuickBooks refused. */
  async forget(tx: Tx, books: Books, customerId: string): Promise<void> {
    await tx.query(
      'delete from customer_write where org_id = $1 and company = $2 and customer_id = $3 and external_id is null',
      [books.orgId, books.company, customerId],
    );
  }

  /**
   * Which of these were created by us and are not yet linked by the customer master. A create whose reply has not come
   * yet is known by its name, which QuickBooks keeps unique.
   */
  async ownOf(tx: Tx, books: Books, customers: readonly LedgerCustomer[]): Promise<Set<string>> {
    if (customers.length === 0) return new Set();
    const rows = await tx.prepared<{ external_id: string }>(
      'created_customer_own',
      `select c.external_id from unnest($3::text[], $4::text[]) as c (external_id, name)
       join customer_write w on w.org_id = $1 and w.company = $2
         and (w.external_id = c.external_id or (w.external_id is null and w.display_name = c.name))
       left join customer_link l on l.org_id = $1 and l.company = $2 and l.external_id = c.external_id
       where l.own is distinct from false`,
      [books.orgId, books.company, customers.map((c) => c.externalId), customers.map((c) => c.facts!.name)],
    );
    return new Set(rows.map((row) => row.external_id));
  }
}
