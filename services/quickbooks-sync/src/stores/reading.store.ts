import { Injectable } from '@nestjs/common';
import type { OutgoingEvent } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import { asChange } from '../domain/change.ts';
import { documentEvents, sightingEvents } from '../domain/outgoing-events.ts';
import { absorb, type Absorbed, type Reading } from '../domain/reading.ts';
import { publish, type Written } from '../domain/publishing.ts';
import type { LedgerDocument, Observed } from '../domain/ledger.ts';
import { BooksStore, type Books } from './books.store.ts';
import { CreatedCustomerStore } from './created-customer.store.ts';
import { InvoiceLinkStore } from './invoice-link.store.ts';

export interface KeepOptions {
  /** How documents that were unknown so far are marked. */
  observed: Observed;
  changeId: string;
  now: Date;
  /** Set for pages of a full reading: everything is only parked, and marked as seen. */
  importRun?: string;
}

/** What saving a reading led to. */
export interface Kept {
  events: OutgoingEvent[];
  written: Written[];
}

/** Saves one reading as one change: newer facts, new versions, and the events that tell them. */
@Injectable()
export class ReadingStore {
  readonly #books: BooksStore;
  readonly #links: InvoiceLinkStore;
  readonly #created: CreatedCustomerStore;

  constructor(books: BooksStore, links: InvoiceLinkStore, created: CreatedCustomerStore) {
    this.#books = books;
    this.#links = links;
    this.#created = created;
  }

  /** The caller holds the connection's lock. */
  async keep(tx: Tx, books: Books, reading: Reading, options: KeepOptions): Promise<Kept> {
    // In the first import nothing was published yet; in a later full reading a payment may touch what was.
    const parksOnly = options.importRun !== undefined && options.observed === 'import';
    const loaded = parksOnly
      ? await this.#books.loadForParking(tx, books, reading)
      : await this.#books.loadForReading(tx, books, reading);
    const absorbed = absorb(loaded, reading, options.observed);
    const { ledger } = absorbed;
    const publication =
      options.importRun === undefined
        ? publish(ledger, absorbed.documents, (id) => {
            const customer = ledger.customers.get(id);
            return customer !== undefined && customer.customerId !== null && customer.released;
          })
        : { written: [], documents: [] };
    await this.#created.recognise(tx, books, absorbed.sightings, options.now);
    await this.#save(tx, books, absorbed, options);
    await this.#links.save(tx, books, publication.written, options.now);
    if (options.importRun !== undefined) await this.#markSeen(tx, books, reading, options.importRun);
    const owners = await this.#created.ownersOf(tx, books, absorbed.sightings);
    const events = [
      ...sightingEvents(books, absorbed.sightings, { ...options, owners }),
      ...documentEvents(books, asChange(options.changeId, publication.written), options.now),
    ];
    return { events, written: publication.written };
  }

  async #save(tx: Tx, books: Books, absorbed: Absorbed, { now, importRun }: KeepOptions): Promise<void> {
    const customers = [...absorbed.customers].map((id) => absorbed.ledger.customers.get(id)!);
    const documents: LedgerDocument[] = [...absorbed.documents].map((key) => absorbed.ledger.documents.get(key)!);
    await this.#books.saveCustomers(tx, books, customers, importRun ?? null);
    await this.#books.saveDocuments(tx, books, documents, now, importRun ?? null);
    await this.#books.saveTargets(tx, books, documents);
  }

  async #markSeen(tx: Tx, books: Books, reading: Reading, importRun: string): Promise<void> {
    if (reading.customers.length > 0) {
      await this.#books.markSeen(
        tx,
        books,
        'customer',
        reading.customers.map((c) => c.externalId),
        importRun,
      );
    }
    for (const kind of new Set(reading.documents.map((d) => d.kind))) {
      const ids = reading.documents.filter((d) => d.kind === kind).map((d) => d.externalId);
      await this.#books.markSeen(tx, books, kind, ids, importRun);
    }
  }
}
