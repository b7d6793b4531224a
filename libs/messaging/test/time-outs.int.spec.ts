import { jest } from '@jest/globals';
import { createDataSource, connect, TransactionRunner } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { isPassing } from '../src/index.ts';
import { migrations } from './notes-service.ts';

jest.setTimeout(60_000);

const SHORT_MS = 300;
const place = `projection = 'p' and topic = 't' and partition = 0`;

/** Nothing waits long on a stopped process: the sessions of a service end by themselves. */
describe('the sessions of a service', () => {
  let database: TestDatabase;
  let close: (() => Promise<void>)[];

  beforeEach(async () => {
    close = [];
    database = await testDatabase({ migrations });
  });
  afterEach(async () => {
    for (const end of close) await end();
    await database.close();
  });

  async function runnerWith(limits: Partial<Parameters<typeof createDataSource>[0]> = {}): Promise<TransactionRunner> {
    const dataSource = await connect(createDataSource({ url: database.url, migrations, ...limits }), 5_000);
    close.push(() => dataSource.destroy());
    return new TransactionRunner(dataSource);
  }
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  test('have time-outs whatever the server says', async () => {
    const limits = await (
      await runnerWith()
    ).run([], (tx) =>
      tx.query<{ name: string; set: boolean }>(
        `select name, setting::int > 0 as set from pg_settings where name in
           ('idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout', 'tcp_user_timeout') order by name`,
      ),
    );
    expect(limits.map(({ name, set }) => [name, set])).toEqual([
      ['idle_in_transaction_session_timeout', true],
      ['lock_timeout', true],
      ['statement_timeout', true],
      ['tcp_user_timeout', true],
    ]);
  });

  test('give their locks back when their process says nothing more, and the fault passes', async () => {
    const silent = await runnerWith({ idleInTransactionTimeoutMs: SHORT_MS });
    const other = await runnerWith({ lockTimeoutMs: 20_000 });
    await other.run([], (tx) =>
      tx.query(`insert into consumer_offset (projection, topic, partition) values ('p', 't', 0)`),
    );
    const held = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const stopped = failure(
      silent.run([], async (tx) => {
        await tx.query(`update consumer_offset set next_offset = 7 where ${place}`);
        held.resolve();
        await released.promise;
        await tx.query('select 1');
      }),
    );
    await held.promise;
    const [row] = await other.run([], (tx) =>
      tx.query<{ next_offset: string }>(`select next_offset from consumer_offset where ${place} for update`),
    );
    released.resolve();
    expect(row?.next_offset).toBe('0');
    expect(isPassing(await stopped)).toBe(true);
  });

  test('wait neither for a lock nor for a statement for ever, and both faults pass', async () => {
    const holder = await runnerWith();
    const waiter = await runnerWith({ lockTimeoutMs: SHORT_MS });
    const slow = await runnerWith({ statementTimeoutMs: SHORT_MS });
    await holder.run([], async (tx) => {
      await tx.query('lock table consumer_offset');
      const late = await failure(waiter.run([], (other) => other.query('select 1 from consumer_offset')));
      expect([(late as { code?: string }).code, isPassing(late)]).toEqual(['55P03', true]);
    });
    const late = await failure(slow.run([], (tx) => tx.query('select pg_sleep(30)')));
    expect([(late as { code?: string }).code, isPassing(late)]).toEqual(['57014', true]);
  });
});
