import { topicDefs } from '@cashloop/events';
import { createDataSource, connect, TransactionRunner } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { PartitionReader } from '../src/consumer/partition-reader.ts';
import type { HandlerContext } from '../src/index.ts';
import { migrations, quiet, recordSeen } from './notes-service.ts';

type Events = Parameters<typeof recordSeen>[0];

export const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** A database for partition readers that are handed fabricated batches; empty before each test. */
export class ReaderStage {
  runner!: TransactionRunner;
  /** Called by the handler before it writes. */
  before: (events: Events, ctx: HandlerContext) => Promise<void> = async () => undefined;
  /** Sizes of the batches the handler saw. */
  batches: number[] = [];
  #close: () => Promise<void> = async () => undefined;
  #database!: TestDatabase;

  constructor() {
    beforeAll(() => this.#open());
    beforeEach(() => this.#empty());
    afterAll(async () => {
      await this.#close();
      await this.#database.close();
    });
  }

  async #open(): Promise<void> {
    this.#database = await testDatabase({ migrations });
    const { url } = this.#database;
    const dataSource = await connect(createDataSource({ url, migrations, lockTimeoutMs: 5_000 }), 5_000);
    this.runner = new TransactionRunner(dataSource);
    this.#close = () => dataSource.destroy();
  }

  async #empty(): Promise<void> {
    this.before = async () => undefined;
    this.batches = [];
    for (const table of ['seen', 'consumer_offset', 'dead_letter', 'outbox']) await this.query(`delete from ${table}`);
  }

  query<R>(sql: string, params: unknown[] = []): Promise<R[]> {
    return this.runner.run(['1', '2', '3'], (tx) => tx.query<R>(sql, params));
  }

  /** Offsets that had their effect, as often as they had it. */
  async seen(): Promise<number[]> {
    const sql = 'select position, times from seen order by position';
    const rows = await this.query<{ position: string; times: number }>(sql);
    return rows.flatMap((row) => Array.from({ length: row.times }, () => Number(row.position)));
  }

  async next(): Promise<string | undefined> {
    return (await this.query<{ next_offset: string }>('select next_offset from consumer_offset'))[0]?.next_offset;
  }

  reader(kind: 'events' | 'raw' = 'events', eventsMax = 2_000): PartitionReader {
    const { runner } = this;
    return new PartitionReader(
      { runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => undefined },
      { projection: 'p', topic: 'cashloop.org.v1', partition: 0 },
      {
        name: 'test',
        subscription:
          kind === 'events'
            ? { kind, projection: 'p', topic: topicDefs.org }
            : { kind, projection: 'p', topics: ['cashloop.org.v1'] },
        call: async (...args) => {
          const [events, ctx] = args as [Events, HandlerContext];
          this.batches.push(events.length);
          await this.before(events, ctx);
          if (kind === 'events') await recordSeen(events, ctx);
          return [];
        },
      },
      eventsMax,
    );
  }
}
