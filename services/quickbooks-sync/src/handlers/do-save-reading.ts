import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OutgoingEvent } from '@cashloop/events';
import { Effects, type HandlerContext } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import type { ClosedReading, KnownBooks } from '../connectors/quickbooks/quickbooks.reader.ts';
import type { QboEntity } from '../connectors/quickbooks/quickbooks.mapping.ts';
import { ENTITY_OF } from '../connectors/quickbooks/quickbooks.rows.ts';
import { keyOf } from '../domain/facts.ts';
import type { Observed } from '../domain/ledger.ts';
import { portionsOf } from '../domain/portions.ts';
import type { Written } from '../domain/publishing.ts';
import { tally } from '../domain/tally.ts';
import { Metrics } from '../metrics.ts';
import { BacklogStore } from '../stores/backlog.store.ts';
import { BooksView } from '../stores/books.view.ts';
import type { Books } from '../stores/books.store.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { ReadingStore } from '../stores/reading.store.ts';

export interface SaveOptions {
  /** How documents that were unknown so far are marked. */
  observed: Observed;
  /** Set for pages of a full reading. */
  importRun?: string;
  /** Runs in the transaction of the last portion: cursors, hints, events that close the reading. */
  finish?: (ctx: HandlerContext) => Promise<OutgoingEvent[]>;
}

const DOCUMENTS_PER_TRANSACTION = 2_000;

/** Saves a reading and counts what it brought, after the commit. */
@Injectable()
export class DoSaveReading {
  constructor(
    private readonly effects: Effects,
    private readonly runner: TransactionRunner,
    private readonly connections: ConnectionStore,
    private readonly readings: ReadingStore,
    private readonly backlog: BacklogStore,
    private readonly orgs: OrgStore,
    private readonly view: BooksView,
    private readonly metrics: Metrics,
  ) {}

  /** @returns the versions written */
  async save(connection: Connection, reading: ClosedReading, options: SaveOptions): Promise<Written[]> {
    const portions = await this.#portions(connection, reading, options);
    const written: Written[] = [];
    for (const [index, portion] of portions.entries()) {
      const last = index === portions.length - 1;
      written.push(
        ...(await this.#savePortion(connection, { ...portion, misread: last ? reading.misread : [] }, options, last)),
      );
    }
    if (reading.misread.length > 0) this.metrics.syncFailed(connection.orgId, 'parse', reading.misread.length);
    return written;
  }

  /** What the books know, for a reader that works between transactions. */
  knownBooks(books: Books): KnownBooks {
    return {
      linksOf: (keys) => this.runner.read([books.orgId], (tx) => this.view.linksOf(tx, books, keys)),
      knownCustomers: (ids) => this.runner.read([books.orgId], (tx) => this.view.knownCustomers(tx, books, ids)),
    };
  }

  async #portions(connection: Connection, reading: ClosedReading, options: SaveOptions) {
    const size = reading.documents.length + reading.deletions.length;
    // Pages of a full reading publish nothing: cutting them would gain nothing.
    if (options.importRun !== undefined || size <= DOCUMENTS_PER_TRANSACTION) return [reading];
    const keys = [...reading.documents.map(keyOf), ...reading.deletions.map(keyOf)];
    const owners = await this.runner.read([connection.orgId], (tx) => this.view.owners(tx, connection, keys));
    return portionsOf(reading, owners, DOCUMENTS_PER_TRANSACTION);
  }

  async #savePortion(
    connection: Connection,
    portion: ClosedReading,
    options: SaveOptions,
    last: boolean,
  ): Promise<Written[]> {
    const { orgId, company, homeCurrency: home } = connection;
    let written: Written[] = [];
    let base = home;
    const changeId = randomUUID();
    await this.effects.commit([orgId], async (ctx) => {
      await this.connections.lock(ctx.tx, orgId, company);
      const { observed, importRun } = options;
      const kept = await this.readings.keep(ctx.tx, { orgId, company }, portion, {
        observed,
        importRun,
        changeId,
        now: ctx.now,
      });
      await this.backlog.dropMisread(ctx.tx, connection, understood(portion));
      await this.backlog.keepMisread(ctx.tx, connection, portion.misread, ctx.now);
      base = await this.orgs.baseCurrency(ctx.tx, orgId);
      written = kept.written;
      return [...kept.events, ...(last ? ((await options.finish?.(ctx)) ?? []) : [])];
    });
    this.metrics.count(orgId, tally(written, { home, base }));
    return written;
  }
}

const understood = ({
  documents,
  deletions,
  customers,
}: ClosedReading): { entity: QboEntity; externalId: string }[] => [
  ...[...documents, ...deletions].map(({ kind, externalId }) => ({ entity: ENTITY_OF[kind], externalId })),
  ...customers.map(({ externalId }) => ({ entity: 'Customer' as const, externalId })),
];
