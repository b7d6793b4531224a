import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { Effects, MessagingHealth } from '../src/index.ts';
import { MemoryCluster } from '../src/memory/index.ts';
import { metrics } from '../src/metrics.ts';
import { orgEvent, ready, rows, stand, type Stand, until } from './notes-service.ts';

jest.setTimeout(60_000);

/** A login whose commits do not wait for the disk: a crash of Postgres may undo what the broker already has. */
describe('a login whose synchronous_commit is off', () => {
  let place: Stand;
  let admin: pg.Client;
  let cluster: MemoryCluster;

  beforeEach(async () => {
    place = await stand();
    admin = new pg.Client({ connectionString: place.database.adminUrl });
    await admin.connect();
    cluster = new MemoryCluster();
  });
  afterEach(async () => {
    delete process.env.BENCH;
    await admin.end();
    await place.close();
  });

  /** For sessions that begin from now on, as the administrator of a database says it. */
  const asDefault = (what: string): Promise<unknown> =>
    admin.query(`alter database ${new URL(place.database.url).pathname.slice(1)} ${what}`);
  const start = (): Promise<INestApplication> => place.app({ broker: cluster.client() }, []);
  const problems = (app: INestApplication): string => app.get(MessagingHealth).state().problems.join();
  const faults = async (): Promise<number> => (await metrics.relayFaults.get()).values[0]?.value ?? 0;
  const sent = (): number => cluster.log.records(topicDefs.org.name).length;

  test('is refused by the relay, until it is on again and the service was started anew', async () => {
    await asDefault('set synchronous_commit = off');
    const app = await start();
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await until(() => problems(app).includes('synchronous_commit is off'), 'the relay says why it does not work');
    const before = await faults();
    await until(async () => (await faults()) > before + 1, 'it looked again');
    expect(app.get(MessagingHealth).state().ready).toBe(false);
    expect([sent(), (await rows(app, 'select 1 from outbox')).length]).toEqual([0, 1]);

    await asDefault('reset synchronous_commit');
    const looked = await faults();
    await until(async () => (await faults()) > looked + 1, 'it looked again');
    expect(sent()).toBe(0);
    await app.close();
    const next = await start();
    await until(async () => (await rows(next, 'select 1 from outbox')).length === 0, 'outbox empty');
    expect(sent()).toBe(1);
    await ready(next);
  });

  test.each(['OFF', 'false'])('is noticed while the relay leads: new logins would have %s', async (value) => {
    const app = await start();
    await ready(app);
    await asDefault(`set synchronous_commit = '${value}'`);
    await until(() => problems(app).includes('synchronous_commit is off'), 'the relay says why it stopped');
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(sent()).toBe(0);
    // Its pool may hold sessions that began meanwhile, so being on again is not enough.
    await asDefault('reset synchronous_commit');
    const looked = await faults();
    await until(async () => (await faults()) > looked + 1, 'it looked again');
    expect(sent()).toBe(0);
    await app.close();
    await start();
    await until(() => sent() === 1, 'sent by a process that began with it on');
  });

  test('counts for its own login only, and the most particular setting before the others', async () => {
    const { username, pathname } = new URL(place.database.url);
    await asDefault('set synchronous_commit = off');
    await admin.query(`alter role ${username} in database ${pathname.slice(1)} set synchronous_commit = on`);
    const app = await start();
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await until(() => sent() === 1, 'sent: commits of this login wait for the disk');
  });

  test('is allowed for a benchmark', async () => {
    process.env.BENCH = '1';
    await asDefault('set synchronous_commit = off');
    const app = await start();
    expect(await rows(app, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'off' }]);
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await until(async () => (await rows(app, 'select 1 from outbox')).length === 0, 'outbox empty');
    expect(sent()).toBe(1);
  });
});
