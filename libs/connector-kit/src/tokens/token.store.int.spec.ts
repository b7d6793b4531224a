import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createDataSource, TransactionRunner } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { connectorMigrations } from '../migrations/index.ts';
import { NoToken, type TokenSet } from './token-set.ts';
import { TokenStore } from './token.store.ts';

const owner = { orgId: '1', system: 'quickbooks', company: '9' };
const key = randomBytes(32);
const tokens = (name: string, lifeMs: number): TokenSet => ({
  accessToken: `access-${name}`,
  refreshToken: `refresh-${name}`,
  accessExpiresAt: new Date(Date.now() + lifeMs),
  refreshExpiresAt: null,
  hardExpiresAt: null,
});

let database: TestDatabase;
let runner: TransactionRunner;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await testDatabase({ migrations: connectorMigrations });
  const dataSource = await connect(createDataSource({ url: database.url, migrations: [] }), 5_000);
  runner = new TransactionRunner(dataSource);
  close = () => dataSource.destroy();
});

afterAll(async () => {
  await close();
  await database.close();
});

const save = (set: TokenSet): Promise<void> =>
  runner.run(['1'], (tx) => new TokenStore(runner, key).save(tx, owner, set));
const never = (): Promise<TokenSet> => Promise.reject(new Error('must not refresh'));

test('a good token is used as it is, and lies encrypted', async () => {
  await save(tokens('a', 3_600_000));
  expect(await new TokenStore(runner, key).accessToken(owner, never)).toBe('access-a');
  const rows = await runner.read(['1'], (tx) =>
    tx.query<{ access_token: string }>('select access_token from connector_token'),
  );
  expect(rows[0]!.access_token).not.toContain('access-a');
});

test('another org sees nothing', async () => {
  await expect(new TokenStore(runner, key).accessToken({ ...owner, orgId: '2' }, never)).rejects.toThrow(NoToken);
});

test('twenty callers in two processes refresh once, with the newest refresh token', async () => {
  await save(tokens('b', 1_000));
  const used: string[] = [];
  const refresh = async (refreshToken: string): Promise<TokenSet> => {
    used.push(refreshToken);
    await sleep(100);
    return tokens('c', 3_600_000);
  };
  const stores = [new TokenStore(runner, key), new TokenStore(runner, key)];
  const got = await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 2]!.accessToken(owner, refresh)));
  expect(new Set(got)).toEqual(new Set(['access-c']));
  expect(used).toEqual(['refresh-b']);
});

test('a refused token is refreshed although its time is not over, once', async () => {
  await save(tokens('d', 3_600_000));
  const store = new TokenStore(runner, key);
  let refreshes = 0;
  const refresh = async (): Promise<TokenSet> => tokens(`e${++refreshes}`, 3_600_000);
  expect(await store.accessToken(owner, refresh, 'access-d')).toBe('access-e1');
  expect(await store.accessToken(owner, refresh, 'access-d')).toBe('access-e1');
  expect(refreshes).toBe(1);
});

test('a failed refresh frees the way for the next try', async () => {
  await save(tokens('f', 1_000));
  const store = new TokenStore(runner, key);
  await expect(store.accessToken(owner, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await store.accessToken(owner, async () => tokens('g', 3_600_000))).toBe('access-g');
});

test('a new grant is not overwritten by an exchange that began before it', async () => {
  await save(tokens('h', 1_000));
  const slow = new TokenStore(runner, key).accessToken(owner, async () => {
    await save(tokens('new', 3_600_000));
    return tokens('old', 3_600_000);
  });
  await slow;
  expect(await new TokenStore(runner, key).accessToken(owner, never)).toBe('access-new');
});
