import { jest } from '@jest/globals';
import pg from 'pg';
import { messagingMigrations } from '@cashloop/messaging/migrations';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { recordAction } from './audit.ts';
import { inDatabaseOf } from './service-database.ts';

jest.setTimeout(60_000);

const CHANNEL = 'cashloop_outbox';
const action = { service: 'credit-scoring', action: 'outbox_parked', target: 'outbox 1', reason: 'ticket 12' };
let database: TestDatabase;
let listener: pg.Client;
let heard: string[];

beforeAll(async () => {
  database = await testDatabase({ migrations: messagingMigrations });
  process.env['CREDIT_SCORING_DATABASE_URL'] = database.url;
  listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => heard.push(payload));
  await listener.query(`listen ${CHANNEL}`);
});
beforeEach(() => void (heard = []));
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await listener.end();
  await database.close();
});

/** What the relay has heard by now: notifications come in the order of their commits. */
async function heardSoFar(): Promise<string[]> {
  await listener.query(`notify ${CHANNEL}, 'the end'`);
  while (!heard.includes('the end')) await new Promise((resolve) => setTimeout(resolve, 10));
  return heard;
}

test('the relay is told of a recorded action, after the commit: NOTIFY holds a lock over a commit', async () => {
  const statements: string[] = [];
  const real = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    if (this !== listener) statements.push((args as [string])[0].trim().split(' ', 2).join(' '));
    return real.apply(this, args);
  } as never);
  await inDatabaseOf('credit-scoring', (client) => recordAction(client, action));
  expect(statements).toEqual(['begin', 'insert into', 'commit', `notify ${CHANNEL}`]);
  expect(await heardSoFar()).toEqual(['', 'the end']);
});

test('it is told nothing by a command that stores nothing, or that failed', async () => {
  await inDatabaseOf('credit-scoring', (client) => client.query('select 1'));
  const failing = inDatabaseOf('credit-scoring', async (client) => {
    await recordAction(client, action);
    throw new Error('refused');
  });
  await expect(failing).rejects.toThrow('refused');
  expect(await heardSoFar()).toEqual(['the end']);
});
