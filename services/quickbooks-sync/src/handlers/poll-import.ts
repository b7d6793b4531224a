import { Injectable } from '@nestjs/common';
import { CursorStore } from '@cashloop/connector-kit';
import { Runs } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { CompanyQueue } from '../connectors/quickbooks/company-queue.ts';
import { QuickBooksClient, type QboRows } from '../connectors/quickbooks/quickbooks.client.ts';
import { text } from '../connectors/quickbooks/quickbooks.json.ts';
import type { QboEntity } from '../connectors/quickbooks/quickbooks.mapping.ts';
import { QuickBooksReader } from '../connectors/quickbooks/quickbooks.reader.ts';
import { ENTITY_OF, KIND_OF, mapRows } from '../connectors/quickbooks/quickbooks.rows.ts';
import { feedOf, importOf } from '../domain/feed.ts';
import { importStart, nextEntity, readImportCursor, type ImportCursor } from '../domain/import-cursor.ts';
import { judgePage } from '../domain/paging.ts';
import { BooksView } from '../stores/books.view.ts';
import type { Books } from '../stores/books.store.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { DoRecordFault } from './do-record-fault.ts';
import { DoSaveReading } from './do-save-reading.ts';

const PAGE = 1_000;
const ROUNDS_MAX = 3;

/**
 * Reads a newly connected company whole, page by page; every page is saved with its cursor, so that a restart goes on
 * where the last page ended. Nothing is published here but customers: the release does that when all is read.
 */
@Injectable()
export class PollImport {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly queue: CompanyQueue,
    private readonly orgs: OrgStore,
    private readonly connections: ConnectionStore,
    private readonly cursors: CursorStore,
    private readonly view: BooksView,
    private readonly client: QuickBooksClient,
    private readonly reader: QuickBooksReader,
    private readonly saver: DoSaveReading,
    private readonly faults: DoRecordFault,
  ) {}

  @Runs({ name: 'quickbooks-import', everyMs: 1_000 })
  async run(): Promise<void> {
    const orgs = await this.runner.read([], (tx) => this.orgs.all(tx));
    const all = await this.runner.read(
      orgs.map((org) => org.orgId),
      (tx) => this.connections.all(tx),
    );
    await Promise.all(all.filter((one) => one.phase === 'reading').map((one) => this.wake(one)));
  }

  /** Imports the company now unless an import of it runs here. Never rejects. */
  async wake(books: Books): Promise<void> {
    const key = `${books.orgId}:${books.company}`;
    if (this.queue.busy(key) || this.faults.resting(books)) return;
    await this.queue
      .run(key, () => this.#import(books))
      .then(() => this.faults.succeeded(books))
      .catch((error: unknown) => this.faults.record(books, error, 'import'));
  }

  async #import(books: Books): Promise<void> {
    const { connection, stored } = await this.runner.read([books.orgId], async (tx) => ({
      connection: await this.connections.get(tx, books.orgId, books.company),
      stored: await this.cursors.read(tx, importOf(books)),
    }));
    if (connection?.phase !== 'reading' || connection.state === 'needs_reconsent') return;
    let cursor: ImportCursor | null =
      readImportCursor(stored, connection.importRun) ?? importStart(connection.importRun);
    while (cursor !== null) {
      cursor = await this.#entity(connection, cursor);
      if (this.queue.closing) return;
    }
    if (connection.importRun !== '1') await this.#findDeleted(connection);
    await this.#finish(connection);
  }

  /** Reads one entity to its end. @returns where to go on; null when all is read */
  async #entity(connection: Connection, start: ImportCursor): Promise<ImportCursor | null> {
    let cursor = start;
    let page = this.#page(connection, cursor);
    for (;;) {
      const { rows, time } = await page;
      const verdict = judgePage(
        cursor.position,
        rows.map((row) => text(row, 'Id')),
        PAGE,
      );
      const next: ImportCursor = verdict.kind === 'end' ? cursor : { ...cursor, position: verdict.next };
      // The next page is on its way while this one is saved.
      if (verdict.kind !== 'end') page = this.#page(connection, next);
      await this.#save(connection, cursor.entity, rows, time, next).catch(async (error: unknown) => {
        await page.catch(() => undefined);
        throw error;
      });
      cursor = next;
      if (this.queue.closing) {
        await page.catch(() => undefined);
        return cursor;
      }
      if (verdict.kind === 'end') break;
    }
    return this.#checkCount(connection, cursor);
  }

  #page(connection: Connection, cursor: ImportCursor): Promise<QboRows> {
    const company = { orgId: connection.orgId, realmId: connection.company };
    return this.client.page(company, cursor.entity, { start: cursor.position.start, size: PAGE });
  }

  async #save(
    connection: Connection,
    entity: QboEntity,
    rows: QboRows['rows'],
    readAt: string,
    next: ImportCursor,
  ): Promise<void> {
    const { documents, customers, misread } = mapRows(entity, rows, connection.homeCurrency);
    await this.saver.save(
      connection,
      { readAt, documents, customers, misread, deletions: [] },
      {
        // Only the first full reading finds history; a later one finds what was missed.
        observed: connection.importRun === '1' ? 'import' : 'live',
        importRun: connection.importRun,
        finish: async ({ tx, now }) => {
          await this.cursors.save(tx, importOf(connection), JSON.stringify(next), now);
          return [];
        },
      },
    );
  }

  /** Rows may slip between pages while people work: fewer seen than counted means once more from the first page. */
  async #checkCount(connection: Connection, cursor: ImportCursor): Promise<ImportCursor | null> {
    const counted = await this.client.count({ orgId: connection.orgId, realmId: connection.company }, cursor.entity);
    const kind = cursor.entity === 'Customer' ? 'customer' : KIND_OF[cursor.entity];
    const seen = await this.runner.read([connection.orgId], (tx) =>
      this.view.seenBy(tx, connection, kind, connection.importRun),
    );
    if (seen < counted && cursor.round < ROUNDS_MAX)
      return { ...importStart(connection.importRun), entity: cursor.entity, round: cursor.round + 1 };
    return nextEntity(cursor);
  }

  /** What a later full reading did not see is asked for by Id; what does not come is a deletion. */
  async #findDeleted(connection: Connection): Promise<void> {
    const { orgId, company, homeCurrency, importRun } = connection;
    const unseen = await this.runner.read([orgId], (tx) => this.view.unseenBy(tx, connection, importRun));
    const ids = Object.fromEntries(
      [...Map.groupBy(unseen, (one) => ENTITY_OF[one.kind])].map(([entity, own]) => [
        entity,
        own.map((one) => one.externalId),
      ]),
    );
    const reading = await this.reader.readIds(
      { orgId, realmId: company, homeCurrency },
      ids,
      this.saver.knownBooks(connection),
    );
    await this.saver.save(connection, reading, { observed: 'live' });
  }

  /** From here the change feed goes on from the import's beginning. */
  async #finish(connection: Connection): Promise<void> {
    const { orgId, company } = connection;
    await this.runner.run([orgId], async (tx) => {
      await this.connections.lock(tx, orgId, company);
      const now = new Date();
      await this.cursors.save(tx, feedOf(connection), connection.importAsOf.toISOString(), now);
      await this.cursors.drop(tx, importOf(connection));
      await this.connections.importRead(tx, orgId, company, now);
    });
  }
}
