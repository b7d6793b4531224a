import { Injectable } from '@nestjs/common';
import { CursorStore } from '@cashloop/connector-kit';
import { Runs } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { QuickBooksSyncConfig } from '../config.ts';
import { CompanyQueue } from '../connectors/quickbooks/company-queue.ts';
import { QuickBooksClient } from '../connectors/quickbooks/quickbooks.client.ts';
import { QboFault } from '../connectors/quickbooks/quickbooks.faults.ts';
import { FullFeedReader } from '../connectors/quickbooks/quickbooks.feed.ts';
import { QuickBooksReader } from '../connectors/quickbooks/quickbooks.reader.ts';
import { againFrom, feedOf, sweepStart, tooOld } from '../domain/feed.ts';
import { readingEvent } from '../domain/outgoing-events.ts';
import { BooksView } from '../stores/books.view.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { DoRecordFault } from './do-record-fault.ts';
import { DoSaveReading } from './do-save-reading.ts';
import { readable } from './poll-hints.ts';

// A full feed is read by pages, then asked again from that moment; a company that changes faster than this waits.
const PASSES_MAX = 4;

/** Asks the change feed of each company: when due, when asked for, and right after an import. */
@Injectable()
export class PollChanges {
  readonly #intervalMs: number;
  readonly #scheduled = new Set<string>();

  constructor(
    config: QuickBooksSyncConfig,
    private readonly runner: TransactionRunner,
    private readonly queue: CompanyQueue,
    private readonly orgs: OrgStore,
    private readonly connections: ConnectionStore,
    private readonly cursors: CursorStore,
    private readonly view: BooksView,
    private readonly client: QuickBooksClient,
    private readonly feed: FullFeedReader,
    private readonly reader: QuickBooksReader,
    private readonly saver: DoSaveReading,
    private readonly faults: DoRecordFault,
  ) {
    this.#intervalMs = config.QBO_INVOICE_POLL_INTERVAL_MIN * 60_000;
  }

  @Runs({ name: 'quickbooks-changes', everyMs: 500 })
  async run({ now }: { now: Date }): Promise<void> {
    const orgs = await this.runner.read([], (tx) => this.orgs.all(tx));
    const all = await this.runner.read(
      orgs.map((org) => org.orgId),
      (tx) => this.connections.all(tx),
    );
    const due = all.filter((one) => readable(one) && this.#due(one, now) && !this.faults.resting(one));
    await Promise.all(due.map((one) => this.#sweep(one, now)));
  }

  #due(connection: Connection, now: Date): boolean {
    const { sweepRequestedAt, lastSweepAt } = connection;
    return (
      sweepRequestedAt !== null || lastSweepAt === null || now.getTime() - lastSweepAt.getTime() >= this.#intervalMs
    );
  }

  async #sweep(connection: Connection, now: Date): Promise<void> {
    const key = `${connection.orgId}:${connection.company}`;
    if (this.#scheduled.has(key)) return;
    this.#scheduled.add(key);
    await this.queue
      .run(key, async () => {
        this.#scheduled.delete(key);
        // The sweep before this one in the queue may have done it.
        const newest = await this.runner.read([connection.orgId], (tx) =>
          this.connections.get(tx, connection.orgId, connection.company),
        );
        if (newest !== undefined && readable(newest) && this.#due(newest, now)) await this.#read(newest, now);
      })
      .then(() => this.faults.succeeded(connection))
      .catch((error: unknown) => this.faults.record(connection, error, 'changes'));
  }

  async #read(connection: Connection, began: Date): Promise<void> {
    const stored = await this.runner.read([connection.orgId], (tx) => this.cursors.read(tx, feedOf(connection)));
    const position = stored ?? connection.importAsOf.toISOString();
    // Our clock, or the feed's refusal, tells when to ask QuickBooks for its time; that time decides.
    if (tooOld(position, began) && (await this.#startedOver(connection, position))) return;
    try {
      await this.#readSince(connection, sweepStart(position, connection.importAsOf), began);
    } catch (error) {
      const refused = error instanceof QboFault && error.kind === 'invalid';
      if (!refused || !(await this.#startedOver(connection, position))) throw error;
    }
  }

  async #readSince(connection: Connection, start: string, began: Date): Promise<void> {
    const { orgId, company, homeCurrency } = connection;
    let since = start;
    for (let pass = 1; pass <= PASSES_MAX; pass++) {
      const open = () => this.runner.read([orgId], (tx) => this.view.openDocuments(tx, connection));
      const answer = await this.feed.read({ orgId, realmId: company, homeCurrency }, since, open);
      const known = this.saver.knownBooks(connection);
      const closed = await this.reader.close(
        { orgId, realmId: company, homeCurrency },
        answer.gathered,
        answer.time,
        answer.misread,
        known,
      );
      const complete = !answer.wasFull || pass === PASSES_MAX;
      await this.saver.save(connection, closed, {
        observed: 'live',
        finish: async ({ tx, now }) => {
          if (!complete) return [];
          await this.cursors.save(tx, feedOf(connection), answer.time, now);
          await this.connections.swept(tx, orgId, company, began);
          // The first reading is told by the release, after the last customer.
          if ((await this.connections.get(tx, orgId, company))?.phase !== 'done') return [];
          const asOf = new Date(answer.time);
          const version = await this.connections.readingCompleted(tx, orgId, company, asOf);
          return [readingEvent(connection, { version, asOf, firstImport: false, now })];
        },
      });
      if (complete) return;
      since = againFrom(answer.time);
    }
  }

  /** The feed looks back 30 days only, from QuickBooks' time: what lies before that is read whole. @returns whether it is */
  async #startedOver({ orgId, company }: Connection, position: string): Promise<boolean> {
    const asOf = new Date((await this.client.companyInfo({ orgId, realmId: company })).time);
    if (!tooOld(position, asOf)) return false;
    await this.runner.run([orgId], (tx) => this.connections.startFullReading(tx, orgId, company, asOf));
    return true;
  }
}
