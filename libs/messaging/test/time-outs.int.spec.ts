import { jest } from '@jest/globals';
import { createDataSource, connect, TransactionRunner } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { isPassing } from '../src/index.ts';
import { Leadership } from '../src/relay/leadership.ts';
import { migrations, quiet, until } from './notes-service.ts';

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

  const limitsOf = `select name, setting::int as ms from pg_settings where name in ('idle_in_transaction_session_timeout',
    'idle_session_timeout', 'lock_timeout', 'statement_timeout', 'tcp_user_timeout') order by name`;

  /** So long may one that was stopped hold up the others: no test of it fits on all machines closely enough to see more. */
  test('have time-outs whatever the server says', async () => {
    const runner = await runnerWith();
    expect(await runner.run([], (tx) => tx.query(limitsOf))).toEqual([
      { name: 'idle_in_transaction_session_timeout', ms: 10_000 },
      { name: 'idle_session_timeout', ms: 0 }, // a pooled one may wait for work
      { name: 'lock_timeout', ms: 5_000 },
      { name: 'statement_timeout', ms: 30_000 },
      { name: 'tcp_user_timeout', ms: 10_000 },
    ]);
  });

  test('end after four silent seconds where they hold the lock of the leader', async () => {
    const leadership = new Leadership({ url: database.url, service: 'notes', log: quiet, onWake: () => undefined });
    close.push(() => leadership.close());
    leadership.start();
    await until(() => leadership.client !== undefined, 'it leads');
    const limits = (await leadership.client?.query<{ name: string; ms: number }>(limitsOf))?.rows ?? [];
    expect(Object.fromEntries(limits.map(({ name, ms }) => [name, ms]))).toMatchObject({
      idle_session_timeout: 4_000,
      statement_timeout: 15_000,
      tcp_user_timeout: 4_000,
    });
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
