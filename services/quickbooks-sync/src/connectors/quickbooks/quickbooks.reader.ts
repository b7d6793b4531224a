import {
  creditsWanted,
  customersWanted,
  gather,
  idOf,
  invoicesWanted,
  kindOf,
  nothingGathered,
  nothingWanted,
  type Gathered,
  type KnownLinks,
  type Wanted,
} from '../../domain/closure.ts';
import type { DocumentKey, DocumentKind } from '../../domain/facts.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Company, QuickBooksClient } from './quickbooks.client.ts';
import type { QboEntity } from './quickbooks.mapping.ts';
import { ENTITY_OF, mapRows, misreadKeys, type MisreadRow } from './quickbooks.rows.ts';

/** A company and the currency of its documents that name none. */
export interface ReadCompany extends Company {
  homeCurrency: string;
}

/** What our books know, asked between calls. */
export interface KnownBooks {
  linksOf(keys: readonly DocumentKey[]): Promise<KnownLinks>;
  knownCustomers(externalIds: readonly string[]): Promise<Set<string>>;
}

/** A reading and the rows of it that could not be understood. */
export interface ClosedReading extends Reading {
  misread: MisreadRow[];
}

// Payments pull credit notes and invoices, changed invoices pull payments: deeper than this is news of its own.
const ROUNDS_MAX = 4;

/** Reads what changed together with what is linked to it: payments and credit notes first, invoices last. */
export class QuickBooksReader {
  readonly #client: QuickBooksClient;

  constructor(client: QuickBooksClient) {
    this.#client = client;
  }

  /** Reads these documents and customers, and what is linked to them. */
  async readIds(
    company: ReadCompany,
    ids: Partial<Record<QboEntity, readonly string[]>>,
    books: KnownBooks,
  ): Promise<ClosedReading> {
    const work = new Work(company, books, nothingGathered());
    const asked: Wanted = {
      invoice: [...(ids.Invoice ?? [])],
      credit_note: [...(ids.CreditMemo ?? [])],
      payment: [...(ids.Payment ?? [])],
    };
    for (const kind of ['invoice', 'credit_note', 'payment'] as const) {
      for (const id of asked[kind]) work.gathered.changed.add(`${kind}:${id}`);
    }
    await Promise.all([this.#documents(work, { ...asked, invoice: [] }), this.#customers(work, ids.Customer ?? [])]);
    return this.#close(work, asked.invoice);
  }

  /** Adds what is linked to documents that another answer (the change feed) has brought. */
  async close(
    company: ReadCompany,
    gathered: Gathered,
    time: string,
    misread: readonly MisreadRow[],
    books: KnownBooks,
  ): Promise<ClosedReading> {
    const work = new Work(company, books, gathered);
    work.times.push(time);
    work.misread.push(...misread);
    return this.#close(work, []);
  }

  async #close(work: Work, askedInvoices: readonly string[]): Promise<ClosedReading> {
    let unread = [...askedInvoices];
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const known = await work.links();
      const credits = creditsWanted(work.gathered, known);
      const fresh = new Set<DocumentKey>([...credits.payment.map((id): DocumentKey => `payment:${id}`)]);
      await this.#documents(work, credits);
      const linked = fresh.size > 0 ? await work.links() : known;
      const invoices = invoicesWanted(work.gathered, linked, fresh);
      const wanted = { ...invoices, invoice: [...new Set([...invoices.invoice, ...unread])] };
      unread = [];
      await this.#documents(work, wanted);
      if (nothingWanted(credits) && nothingWanted(wanted)) break;
    }
    const named = [...new Set([...work.gathered.documents.values()].map((facts) => facts.customerExternalId))];
    await this.#customers(work, customersWanted(work.gathered, await work.books.knownCustomers(named)));
    return work.reading();
  }

  async #documents(work: Work, wanted: Wanted): Promise<void> {
    const kinds = (Object.keys(wanted) as DocumentKind[]).filter((kind) => wanted[kind].length > 0);
    await Promise.all(
      kinds.map(async (kind) => {
        const { rows, time } = await this.#client.byIds(work.company, ENTITY_OF[kind], wanted[kind]);
        const mapped = mapRows(ENTITY_OF[kind], rows, work.company.homeCurrency);
        work.took(time, mapped.misread);
        const asked: Wanted = { invoice: [], credit_note: [], payment: [], [kind]: wanted[kind] };
        gather(work.gathered, asked, { documents: mapped.documents, misread: misreadKeys(mapped.misread), time });
      }),
    );
  }

  async #customers(work: Work, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { rows, time } = await this.#client.byIds(work.company, 'Customer', ids);
    const mapped = mapRows('Customer', rows, work.company.homeCurrency);
    work.took(time, mapped.misread);
    for (const facts of mapped.customers) work.gathered.customers.set(facts.externalId, facts);
  }
}

/** One reading under way. */
class Work {
  readonly times: string[] = [];
  readonly misread: MisreadRow[] = [];
  readonly company: ReadCompany;
  readonly books: KnownBooks;
  readonly gathered: Gathered;

  constructor(company: ReadCompany, books: KnownBooks, gathered: Gathered) {
    this.company = company;
    this.books = books;
    this.gathered = gathered;
  }

  took(time: string, misread: readonly MisreadRow[]): void {
    this.times.push(time);
    this.misread.push(...misread);
  }

  /** Links of what changed and of all payments of the reading. */
  links(): Promise<KnownLinks> {
    const payments = [...this.gathered.documents.keys(), ...this.gathered.gone.keys()].filter(
      (key) => kindOf(key) === 'payment',
    );
    return this.books.linksOf([...new Set([...this.gathered.changed, ...payments])]);
  }

  reading(): ClosedReading {
    const { documents, customers, gone } = this.gathered;
    return {
      readAt: this.times.sort()[0] ?? new Date().toISOString(),
      customers: [...customers.values()],
      documents: [...documents.values()],
      deletions: [...gone].map(([key, deletedAt]) => ({ kind: kindOf(key), externalId: idOf(key), deletedAt })),
      misread: this.misread,
    };
  }
}
