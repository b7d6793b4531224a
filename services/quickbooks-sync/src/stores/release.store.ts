import { Injectable } from '@nestjs/common';
import type { OutgoingEvent } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import { asChange } from '../domain/change.ts';
import { documentEvents, importEvents } from '../domain/outgoing-events.ts';
import { publish, type Written } from '../domain/publishing.ts';
import { BooksStore, type Books } from './books.store.ts';
import { InvoiceLinkStore } from './invoice-link.store.ts';

export interface ReleaseOptions {
  now: Date;
  /** When the reading that brought the documents began. */
  asOf: Date;
  newChangeId: () => string;
}

/** Tells the parked documents of customers that the customer master has linked. */
@Injectable()
export class ReleaseStore {
  readonly #books: BooksStore;
  readonly #links: InvoiceLinkStore;

  constructor(books: BooksStore, links: InvoiceLinkStore) {
    this.#books = books;
    this.#links = links;
  }

  /** Linked customers that were read but not told yet, or have parked documents, and how many those are; at most 500. */
  async waiting(tx: Tx, books: Books): Promise<{ externalId: string; documents: number }[]> {
    const rows = await tx.prepared<{ external_id: string; documents: string }>(
      'release_waiting',
      `with parked as (
         select customer_external_id as external_id, count(*) as documents from document
         where org_id = $1 and company = $2 and parked_since is not null group by 1)
       select e.external_id, coalesce(p.documents, 0) as documents
       from external_customer e left join parked p on p.external_id = e.external_id
       where e.org_id = $1 and e.company = $2 and e.customer_id is not null
         and (not e.released and e.facts is not null or p.external_id is not null)
       order by e.external_id limit 500`,
      [books.orgId, books.company],
    );
    return rows.map((row) => ({ externalId: row.external_id, documents: Number(row.documents) }));
  }

  /** Customers that were read but not linked or not told yet. */
  async unreleased(tx: Tx, books: Books): Promise<number> {
    const rows = await tx.query<{ n: string }>(
      'select count(*) as n from external_customer where org_id = $1 and company = $2 and not released and facts is not null',
      [books.orgId, books.company],
    );
    return Number(rows[0]!.n);
  }

  /** One change per customer, then its import_completed. The caller holds the connection's lock. */
  async release(
    tx: Tx,
    books: Books,
    externalIds: readonly string[],
    options: ReleaseOptions,
  ): Promise<{ events: OutgoingEvent[]; written: Written[] }> {
    const ledger = await this.#books.loadParked(tx, books, externalIds);
    const linked = [...ledger.customers.values()].filter((customer) => customer.customerId !== null);
    const linkedIds = new Set(linked.map((customer) => customer.externalId));
    const { written, documents } = publish(ledger, [...ledger.documents.keys()], (id) => linkedIds.has(id));
    await this.#books.savePublished(tx, books, documents);
    const released = linked.map((customer) => ({ ...customer, released: true }));
    await this.#books.saveCustomers(tx, books, released, null);
    await this.#links.save(tx, books, written, options.now);
    const completed = await this.#completeImports(
      tx,
      books,
      [...new Set(linked.map((c) => c.customerId!))],
      options.now,
    );
    const byCustomer = Map.groupBy(written, (one) => one.document.facts.customerExternalId);
    const events = [...byCustomer.values()].flatMap((own) =>
      documentEvents(books, asChange(options.newChangeId(), own), options.now),
    );
    return { events: [...events, ...importEvents(books, completed, options)], written };
  }

  /**
   * A customer is complete when all its records in this company are; each customer is told once. A record that is only
   * linked, which nothing of this company shows, is none yet.
   */
  async #completeImports(tx: Tx, books: Books, customerIds: readonly string[], now: Date): Promise<string[]> {
    const rows = await tx.query<{ customer_id: string }>(
      `insert into customer_import (org_id, company, customer_id, completed_at)
       select $1, $2, c.id, $4 from unnest($3::bigint[]) as c (id)
       where not exists (select 1 from external_customer e where e.org_id = $1 and e.company = $2
         and e.customer_id = c.id and not e.released and (e.facts is not null or exists (select 1 from document d
           where d.org_id = $1 and d.company = $2 and d.customer_external_id = e.external_id)))
       on conflict do nothing returning customer_id`,
      [books.orgId, books.company, customerIds, now],
    );
    return rows.map((row) => row.customer_id);
  }
}
