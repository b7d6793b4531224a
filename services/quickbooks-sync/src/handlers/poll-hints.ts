import { Injectable } from '@nestjs/common';
import { Runs } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { CompanyQueue } from '../connectors/quickbooks/company-queue.ts';
import { QuickBooksReader } from '../connectors/quickbooks/quickbooks.reader.ts';
import type { QboEntity } from '../connectors/quickbooks/quickbooks.mapping.ts';
import type { Books } from '../stores/books.store.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { HintStore, type Hint } from '../stores/hint.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { DoRecordFault } from './do-record-fault.ts';
import { DoSaveReading } from './do-save-reading.ts';

const HINTS_PER_READING = 200;

/** Reads what webhooks announced: all hints of a company that wait, in one reading. */
@Injectable()
export class PollHints {
  readonly #scheduled = new Set<string>();

  constructor(
    private readonly runner: TransactionRunner,
    private readonly queue: CompanyQueue,
    private readonly orgs: OrgStore,
    private readonly connections: ConnectionStore,
    private readonly hints: HintStore,
    private readonly reader: QuickBooksReader,
    private readonly saver: DoSaveReading,
    private readonly faults: DoRecordFault,
  ) {}

  /** The safety net: hints that a crash or a fault left. Fresh ones are read as soon as they are stored. */
  @Runs({ name: 'quickbooks-hints', everyMs: 1_000 })
  async run(): Promise<void> {
    const orgs = await this.runner.read([], (tx) => this.orgs.all(tx));
    const waiting = await this.runner.read(
      orgs.map((org) => org.orgId),
      (tx) => this.hints.waiting(tx),
    );
    await Promise.all(waiting.map((books) => this.wake(books)));
  }

  /** Reads the company's hints now, or right after the reading that runs. Never rejects. */
  async wake(books: Books): Promise<void> {
    const key = `${books.orgId}:${books.company}`;
    // One that waits to start will see these hints too.
    if (this.#scheduled.has(key) || this.faults.resting(books)) return;
    this.#scheduled.add(key);
    await this.queue
      .run(key, async () => {
        this.#scheduled.delete(key);
        while (await this.#readOnce(books));
      })
      .catch((error: unknown) => this.faults.record(books, error, 'hints'));
  }

  /** @returns whether there may be more */
  async #readOnce(books: Books): Promise<boolean> {
    const { connection, hints } = await this.runner.read([books.orgId], async (tx) => ({
      connection: await this.connections.get(tx, books.orgId, books.company),
      hints: await this.hints.next(tx, books, HINTS_PER_READING),
    }));
    if (connection === undefined || hints.length === 0 || !readable(connection)) return false;
    const company = { orgId: books.orgId, realmId: books.company, homeCurrency: connection.homeCurrency };
    const reading = await this.reader.readIds(company, idsOf(hints), this.saver.knownBooks(books));
    await this.saver.save(connection, reading, {
      observed: 'live',
      finish: async ({ tx }) => {
        await this.hints.done(
          tx,
          hints.map((hint) => hint.id),
        );
        return [];
      },
    });
    this.faults.succeeded(books);
    return hints.length === HINTS_PER_READING;
  }
}

/** While the first import reads, hints wait: its pages and the sweep after them find the same and more. */
export const readable = (connection: Connection): boolean =>
  connection.phase !== 'reading' && connection.state !== 'needs_reconsent';

function idsOf(hints: readonly Hint[]): Partial<Record<QboEntity, string[]>> {
  const ids: Partial<Record<QboEntity, string[]>> = {};
  for (const { entity, externalId } of hints) ids[entity] = [...new Set([...(ids[entity] ?? []), externalId])];
  return ids;
}
