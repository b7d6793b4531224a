import type { INestApplication } from '@nestjs/common';
import { Effects, MessagingHealth } from '../src/index.ts';
import { metrics } from '../src/metrics.ts';
import { orgEvent, ready, rows, stand, type Stand, trouble, until } from './notes-service.ts';

describe('dead letters', () => {
  let place: Stand;
  let app: INestApplication;

  beforeAll(async () => {
    place = await stand();
    app = await place.app();
    await ready(app);
  });
  afterEach(() => void (trouble.before = async () => undefined));
  afterAll(() => place.close());

  const letters = (): Promise<unknown[]> =>
    rows(app, 'select state, attempts, error_code from dead_letter order by id');
  const seen = async (): Promise<number> => (await rows(app, 'select 1 from seen')).length;

  test('a bad event is tried three times off the path, then parked; the others are through long before', async () => {
    const events = Array.from({ length: 500 }, (_, i) => orgEvent('1', i + 1));
    const bad = events[250]?.id;
    trouble.before = async (batch) => {
      if (batch.some((event) => event.id === bad)) throw Object.assign(new Error('cannot'), { code: 'notes.cannot' });
    };
    const started = Date.now();
    await app.get(Effects).commit(['1'], async () => events);
    await until(async () => (await seen()) === 499, 'all others handled');
    expect(Date.now() - started).toBeLessThan(3_000);
    await until(async () => JSON.stringify(await letters()).includes('parked'), 'the bad one is parked');
    expect(await letters()).toEqual([{ state: 'parked', attempts: 3, error_code: 'notes.cannot' }]);
  }, 30_000);

  test('once mended, a retry of the operator gets it through', async () => {
    await rows(app, `update dead_letter set state = 'retrying', attempts = 0, next_attempt_at = now()`);
    await until(async () => (await seen()) === 500, 'the event handled');
    expect(await letters()).toEqual([{ state: 'done', attempts: 1, error_code: 'notes.cannot' }]);
  });

  test('a passing fault is no try: the event is put off, longer each time, and said so', async () => {
    const event = orgEvent('1', 501);
    let tries = 0;
    trouble.before = async () => {
      tries += 1;
      throw tries === 1 ? new Error('sick') : Object.assign(new Error('slow'), { code: '57014' });
    };
    await app.get(Effects).commit(['1'], async () => [event]);
    const puttingOff = `select extract(epoch from next_attempt_at - now())::float8 as seconds, attempts, state
      from dead_letter where event_id = $1`;
    const later = async (): Promise<{ seconds: number }> =>
      (await rows<{ seconds: number }>(app, puttingOff, [event.id]))[0]!;
    await until(async () => tries > 2 && (await later()).seconds > 2, 'put off twice', 20_000);
    expect(await later()).toMatchObject({ state: 'retrying', attempts: 0 });
    await expect(metrics.retries.get()).resolves.toMatchObject({
      values: expect.arrayContaining([
        expect.objectContaining({ labels: { projection: 'notes-orgs', code: '57014' } }),
      ]),
    });
    trouble.before = async () => undefined;
    await rows(app, 'update dead_letter set next_attempt_at = now() where event_id = $1', [event.id]);
    await until(async () => (await seen()) === 501, 'the event handled');
  }, 40_000);

  test('a broken program stops the partition; it goes on when the operator says so', async () => {
    trouble.before = async () => {
      throw new Error('broken program');
    };
    await app.get(Effects).commit(['1'], async () => Array.from({ length: 60 }, (_, i) => orgEvent('1', i + 1)));
    const health = (): ReturnType<MessagingHealth['state']> => app.get(MessagingHealth).state();
    await until(() => health().stoppedPartitions.length === 1, 'the partition stopped');
    expect(health()).toMatchObject({ ready: true, projections: [{ state: 'stopped' }] });
    const lost = await rows(app, `delete from dead_letter where state <> 'done' returning 1`);
    trouble.before = async () => undefined;
    await rows(app, 'update consumer_offset set stopped_reason = null, stopped_at = null');
    await until(async () => (await seen()) === 561 - lost.length, 'the rest handled');
    expect(health().stoppedPartitions).toEqual([]);
  }, 30_000);
});
