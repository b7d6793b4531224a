import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { keyOf, type DocumentKey, type DocumentKind, type PaymentFacts } from '../domain/facts.ts';
import { kindOf, idOf } from '../domain/closure.ts';
import type { Ledger, LedgerCustomer, LedgerDocument } from '../domain/ledger.ts';
import type { Reading } from '../domain/reading.ts';
import {
  DOCUMENT_COLUMNS,
  toCustomer,
  toDocument,
  toPublishedRecords,
  toRecords,
  type DocumentRow,
  type ExternalCustomerRow,
} from './books.row.ts';

/** Which company's books. */
export interface Books {
  orgId: string;
  company: string;
}

/** External customers, documents and payment targets of one company. The caller holds the connection's lock. */
@Injectable()
export class BooksStore {
  /** Loads and locks what a reading can touch. */
  async loadForReading(tx: Tx, books: Books, reading: Reading): Promise<Ledger> {
    const keys = new Set<DocumentKey>([...reading.documents.map(keyOf), ...reading.deletions.map(keyOf)]);
    for (const facts of reading.documents) {
      if (facts.kind !== 'payment') continue;
      for (const line of facts.lines) if (line.to !== 'other') keys.add(`${line.to}:${line.externalId}`);
    }
    for (const key of await this.#formerTargets(tx, books, keys)) keys.add(key);
    const customerIds = new Set(reading.customers.map((facts) => facts.externalId));
    for (const facts of reading.documents) customerIds.add(facts.customerExternalId);
    for (const id of await this.#ownersOf(tx, books, keys)) customerIds.add(id);
    const customers = await this.#customersOf(tx, books, [...customerIds], reading.readAt);
    const documents = await this.#lockDocuments(tx, books, keys);
    const ratesLeadToBase = await this.#ratesLeadToBase(tx, books);
    return this.#withPayments(tx, { ...books, ratesLeadToBase, customers, documents });
  }

  /** As loadForReading, for a reading that only parks: nothing is published, so links do not matter yet. */
  async loadForParking(tx: Tx, books: Books, reading: Reading): Promise<Ledger> {
    const named = [
      ...reading.customers.map((c) => c.externalId),
      ...reading.documents.map((d) => d.customerExternalId),
    ];
    const customers = await this.#customersOf(tx, books, [...new Set(named)], reading.readAt);
    const documents = await this.#lockDocuments(tx, books, new Set(reading.documents.map(keyOf)));
    return { ...books, ratesLeadToBase: true, customers, documents };
  }

  /** Loads and locks the parked documents of some customers. */
  async loadParked(tx: Tx, books: Books, externalIds: readonly string[]): Promise<Ledger> {
    const customers = await this.lockCustomers(tx, books, externalIds);
    const rows = await tx.prepared<DocumentRow>(
      'books_parked',
      `select ${DOCUMENT_COLUMNS} from document d
       where d.org_id = $1 and d.company = $2 and d.customer_external_id = any($3) and d.parked_since is not null
       order by d.kind, d.external_id for update of d`,
      [books.orgId, books.company, externalIds],
    );
    const ratesLeadToBase = await this.#ratesLeadToBase(tx, books);
    return this.#withPayments(tx, { ...books, ratesLeadToBase, customers, documents: byKey(rows) });
  }

  async lockCustomers(tx: Tx, books: Books, externalIds: readonly string[]): Promise<Map<string, LedgerCustomer>> {
    const rows = await tx.prepared<ExternalCustomerRow>(
      'books_lock_customers',
      `select external_id, facts::text as facts, read_at, version, customer_id, released from external_customer
       where org_id = $1 and company = $2 and external_id = any($3) order by external_id for update`,
      [books.orgId, books.company, externalIds],
    );
    return new Map(rows.map((row) => [row.external_id, toCustomer(row)]));
  }

  /**
   * Locks customers that may not have been read yet. Their rows are made first, as a link makes them: each making some
   * while it holds others, the two would wait for each other.
   */
  async #customersOf(
    tx: Tx,
    books: Books,
    externalIds: readonly string[],
    readAt: string,
  ): Promise<Map<string, LedgerCustomer>> {
    await tx.prepared(
      'books_make_customers',
      `insert into external_customer (org_id, company, external_id, read_at, customer_id)
       select $1, $2, c.external_id, $4, l.customer_id from unnest($3::text[]) as c (external_id)
       left join customer_link l on l.org_id = $1 and l.company = $2 and l.external_id = c.external_id
       order by c.external_id on conflict do nothing`,
      [books.orgId, books.company, externalIds, readAt],
    );
    return this.lockCustomers(tx, books, externalIds);
  }

  /** @param importRun marks the rows as seen by this full reading */
  async saveCustomers(
    tx: Tx,
    books: Books,
    customers: readonly LedgerCustomer[],
    importRun: string | null,
  ): Promise<void> {
    if (customers.length === 0) return;
    await tx.prepared(
      'books_save_customers',
      `insert into external_customer (org_id, company, external_id, facts, read_at, version, released, import_run, customer_id)
       select $1, $2, c.external_id, c.facts, c.read_at, c.version, c.released, $8, l.customer_id
       from unnest($3::text[], $4::json[], $5::timestamptz[], $6::int[], $7::bool[]) as c (external_id, facts, read_at, version, released)
       left join customer_link l on l.org_id = $1 and l.company = $2 and l.external_id = c.external_id
       order by c.external_id
       on conflict (org_id, company, external_id) do update set facts = excluded.facts, read_at = excluded.read_at,
         version = excluded.version, released = excluded.released,
         customer_id = coalesce(external_customer.customer_id, excluded.customer_id),
         import_run = coalesce(excluded.import_run, external_customer.import_run)`,
      [
        books.orgId,
        books.company,
        customers.map((c) => c.externalId),
        customers.map((c) => (c.facts === null ? null : JSON.stringify(c.facts))),
        customers.map((c) => c.readAt),
        customers.map((c) => c.version),
        customers.map((c) => c.released),
        importRun,
      ],
    );
  }

  /** @param importRun marks the rows as seen by this full reading */
  async saveDocuments(
    tx: Tx,
    books: Books,
    documents: readonly LedgerDocument[],
    now: Date,
    importRun: string | null = null,
  ): Promise<void> {
    if (documents.length === 0) return;
    await tx.prepared(
      'books_save_documents',
      `insert into document (org_id, company, kind, external_id, document_id, customer_external_id, facts, read_at, deleted,
         observed, accepted_due_date, parked_since, version, published_customer_id, published_content, import_run)
       select $1, $2, d.kind, d.external_id, d.document_id, d.customer_external_id, d.facts, d.read_at, d.deleted, d.observed,
         d.accepted_due_date, case when d.parked then $3::timestamptz end, d.version, d.published_customer_id,
         d.published_content, $5::bigint
       from json_to_recordset($4::json) as d (kind text, external_id text, document_id uuid, customer_external_id text, facts json,
         read_at timestamptz, deleted bool, observed text, accepted_due_date date, parked bool, version int,
         published_customer_id bigint, published_content json)
       on conflict (org_id, company, kind, external_id) do update set customer_external_id = excluded.customer_external_id,
         facts = excluded.facts, read_at = excluded.read_at, deleted = excluded.deleted,
         accepted_due_date = excluded.accepted_due_date,
         parked_since = case when excluded.parked_since is not null then coalesce(document.parked_since, excluded.parked_since) end,
         version = excluded.version, published_customer_id = excluded.published_customer_id,
         published_content = excluded.published_content, import_run = coalesce(excluded.import_run, document.import_run)`,
      [books.orgId, books.company, now, toRecords(documents), importRun],
    );
  }

  /** Saves what publishing changed; facts stay. */
  async savePublished(tx: Tx, books: Books, documents: readonly LedgerDocument[]): Promise<void> {
    if (documents.length === 0) return;
    await tx.prepared(
      'books_save_published',
      `update document t set parked_since = case when d.parked then t.parked_since end, version = d.version,
         published_customer_id = d.published_customer_id, published_content = d.published_content
       from json_to_recordset($3::json) as d (kind text, external_id text, parked bool, version int, published_customer_id bigint,
         published_content json)
       where t.org_id = $1 and t.company = $2 and t.kind = d.kind and t.external_id = d.external_id`,
      [books.orgId, books.company, toPublishedRecords(documents)],
    );
  }

  /** Marks rows that a full reading has seen and found unchanged. */
  async markSeen(
    tx: Tx,
    books: Books,
    entity: 'customer' | DocumentKind,
    ids: readonly string[],
    importRun: string,
  ): Promise<void> {
    const where = `org_id = $1 and company = $2 and external_id = any($3) and import_run is distinct from $4`;
    const params = [books.orgId, books.company, ids, importRun];
    if (entity === 'customer') await tx.query(`update external_customer set import_run = $4 where ${where}`, params);
    else await tx.query(`update document set import_run = $4 where ${where} and kind = $5`, [...params, entity]);
  }

  /** Replaces what payments settle, for those whose facts changed. */
  async saveTargets(tx: Tx, books: Books, documents: readonly LedgerDocument[]): Promise<void> {
    const payments = documents.filter((d) => d.kind === 'payment');
    if (payments.length === 0) return;
    await tx.prepared(
      'books_drop_targets',
      'delete from payment_target where org_id = $1 and company = $2 and payment_external_id = any($3)',
      [books.orgId, books.company, payments.map((d) => d.externalId)],
    );
    const targets = payments.flatMap((d) =>
      (d.facts as PaymentFacts).lines
        .filter((line) => line.to !== 'other')
        .map((line) => [d.externalId, line.to, line.externalId]),
    );
    await tx.prepared(
      'books_save_targets',
      `insert into payment_target (org_id, company, payment_external_id, target_kind, target_external_id)
       select $1, $2, t.* from unnest($3::text[], $4::text[], $5::text[]) as t on conflict do nothing`,
      [books.orgId, books.company, targets.map((t) => t[0]), targets.map((t) => t[1]), targets.map((t) => t[2])],
    );
  }

  /** Taken to be so while org.v1 has not told the base currency. */
  async #ratesLeadToBase(tx: Tx, books: Books): Promise<boolean> {
    const rows = await tx.prepared<{ same: boolean }>(
      'books_rates_lead_to_base',
      `select c.home_currency = o.base_currency as same from connection c join org o on o.org_id = c.org_id
       where c.org_id = $1 and c.company = $2`,
      [books.orgId, books.company],
    );
    return rows[0]?.same ?? true;
  }

  async #formerTargets(tx: Tx, books: Books, keys: ReadonlySet<DocumentKey>): Promise<DocumentKey[]> {
    const payments = [...keys].filter((key) => kindOf(key) === 'payment').map(idOf);
    if (payments.length === 0) return [];
    const rows = await tx.prepared<{ target: DocumentKey }>(
      'books_former_targets',
      `select distinct target_kind || ':' || target_external_id as target from payment_target
       where org_id = $1 and company = $2 and payment_external_id = any($3)`,
      [books.orgId, books.company, payments],
    );
    return rows.map((row) => row.target);
  }

  async #ownersOf(tx: Tx, books: Books, keys: ReadonlySet<DocumentKey>): Promise<string[]> {
    const rows = await tx.prepared<{ id: string }>(
      'books_owners',
      `select distinct d.customer_external_id as id from unnest($3::text[], $4::text[]) as k (kind, external_id)
       join document d on d.org_id = $1 and d.company = $2 and d.kind = k.kind and d.external_id = k.external_id`,
      [books.orgId, books.company, [...keys].map(kindOf), [...keys].map(idOf)],
    );
    return rows.map((row) => row.id);
  }

  async #lockDocuments(tx: Tx, books: Books, keys: ReadonlySet<DocumentKey>): Promise<Ledger['documents']> {
    const rows = await tx.prepared<DocumentRow>(
      'books_lock_documents',
      `select ${DOCUMENT_COLUMNS} from unnest($3::text[], $4::text[]) as k (kind, external_id)
       join document d on d.org_id = $1 and d.company = $2 and d.kind = k.kind and d.external_id = k.external_id
       order by d.kind, d.external_id for update of d`,
      [books.orgId, books.company, [...keys].map(kindOf), [...keys].map(idOf)],
    );
    return byKey(rows);
  }

  /** Adds the payments that settle or spend any loaded document: contents follow from them. They are not changed. */
  async #withPayments(tx: Tx, ledger: Ledger): Promise<Ledger> {
    const targets = [...ledger.documents.keys()].filter((key) => kindOf(key) !== 'payment');
    if (targets.length === 0) return ledger;
    const rows = await tx.prepared<DocumentRow>(
      'books_payments_of',
      `select ${DOCUMENT_COLUMNS} from document d
       where d.org_id = $1 and d.company = $2 and d.kind = 'payment' and d.external_id in (
         select t.payment_external_id from unnest($3::text[], $4::text[]) as k (kind, external_id)
         join payment_target t on t.org_id = $1 and t.company = $2 and t.target_kind = k.kind
           and t.target_external_id = k.external_id)`,
      [ledger.orgId, ledger.company, targets.map(kindOf), targets.map(idOf)],
    );
    for (const [key, document] of byKey(rows)) if (!ledger.documents.has(key)) ledger.documents.set(key, document);
    return ledger;
  }
}

const byKey = (rows: readonly DocumentRow[]): Ledger['documents'] =>
  new Map(rows.map(toDocument).map((document) => [keyOf(document), document]));
