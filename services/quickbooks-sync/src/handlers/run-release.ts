import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Effects, Runs } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { readingEvent } from '../domain/outgoing-events.ts';
import type { Written } from '../domain/publishing.ts';
import { tally } from '../domain/tally.ts';
import { Metrics } from '../metrics.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { ReleaseStore } from '../stores/release.store.ts';

const DOCUMENTS_PER_TRANSACTION = 4_000;
// A customer that nobody links must not keep the whole company from being read as complete.
const FIRST_READING_WAITS_MS = 60_000;

/** Tells the parked documents of linked customers: right after their link arrives, after an import, and after a crash. */
@Injectable()
export class RunRelease {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly effects: Effects,
    private readonly orgs: OrgStore,
    private readonly connections: ConnectionStore,
    private readonly releases: ReleaseStore,
    private readonly metrics: Metrics,
  ) {}

  @Runs({ name: 'quickbooks-release', everyMs: 200 })
  async run({ now }: { now: Date }): Promise<void> {
    const orgs = await this.runner.read([], (tx) => this.orgs.all(tx));
    const all = await this.runner.read(
      orgs.map((org) => org.orgId),
      (tx) => this.connections.all(tx),
    );
    for (const connection of all) if (complete(connection)) await this.#releaseAll(connection, now);
  }

  async #releaseAll(connection: Connection, now: Date): Promise<void> {
    const { orgId } = connection;
    for (;;) {
      const waiting = await this.runner.read([orgId], (tx) => this.releases.waiting(tx, connection));
      if (waiting.length === 0) break;
      await this.#release(connection, firstOf(waiting));
    }
    if (connection.phase === 'releasing') await this.#endImport(connection, now);
  }

  async #release(connection: Connection, externalIds: readonly string[]): Promise<void> {
    const { orgId, company, homeCurrency: home } = connection;
    let written: Written[] = [];
    let base = home;
    await this.effects.commit([orgId], async ({ tx, now }) => {
      await this.connections.lock(tx, orgId, company);
      const options = { now, asOf: connection.importAsOf, newChangeId: randomUUID };
      const released = await this.releases.release(tx, { orgId, company }, externalIds, options);
      base = await this.orgs.baseCurrency(tx, orgId);
      written = released.written;
      return released.events;
    });
    this.metrics.count(orgId, tally(written, { home, base }));
  }

  async #endImport(connection: Connection, now: Date): Promise<void> {
    const { orgId, company, importAsOf, importReadAt } = connection;
    await this.effects.commit([orgId], async (ctx) => {
      const locked = await this.connections.lock(ctx.tx, orgId, company);
      if (locked?.phase !== 'releasing') return [];
      const waitedMs = now.getTime() - (importReadAt?.getTime() ?? 0);
      if (waitedMs < FIRST_READING_WAITS_MS && (await this.releases.unreleased(ctx.tx, connection)) > 0) return [];
      const version = await this.connections.readingCompleted(ctx.tx, orgId, company, importAsOf);
      return [readingEvent(connection, { version, asOf: importAsOf, firstImport: true, now: ctx.now })];
    });
  }
}

/** The sweep from the import's start comes first: it brings what changed while pages were read. */
const complete = ({ phase, lastSweepAt }: Connection): boolean =>
  phase === 'done' || (phase === 'releasing' && lastSweepAt !== null);

/** As many customers as fit into one transaction, at least one. */
function firstOf(waiting: readonly { externalId: string; documents: number }[]): string[] {
  const ids: string[] = [];
  let documents = 0;
  for (const one of waiting) {
    if (ids.length > 0 && documents + one.documents > DOCUMENTS_PER_TRANSACTION) break;
    ids.push(one.externalId);
    documents += one.documents;
  }
  return ids;
}
