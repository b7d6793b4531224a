import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Effects } from '../src/index.ts';
import { orgEvent, ready, rows, stand, type Stand, until } from './notes-service.ts';

jest.setTimeout(30_000);

describe('effects', () => {
  let place: Stand;
  let app: INestApplication;

  beforeAll(async () => {
    place = await stand();
    app = await place.app();
    await ready(app);
  });
  afterAll(() => place.close());

  const count = async (): Promise<number> =>
    Number((await rows<{ n: string }>(app, 'select count(*) n from seen'))[0]?.n);

  test('what a run commits reaches the handlers, of all orgs in one batch', async () => {
    const events = Array.from({ length: 3_000 }, (_, i) => orgEvent(String((i % 3) + 1), i + 1));
    await app.get(Effects).commit(['1'], async () => events);
    await until(async () => (await count()) === 3_000, 'all events handled');
    expect(await rows(app, 'select org_id, count(*) n from seen group by 1 order by 1')).toEqual([
      { org_id: '1', n: '1000' },
      { org_id: '2', n: '1000' },
      { org_id: '3', n: '1000' },
    ]);
    expect(await rows(app, 'select 1 from seen where times > 1')).toEqual([]);
    await until(async () => (await rows(app, 'select 1 from outbox')).length === 0, 'outbox empty');
  });

  test('a single event is through within a moment', async () => {
    const before = await count();
    const started = Date.now();
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await until(async () => (await count()) === before + 1, 'event handled');
    expect(Date.now() - started).toBeLessThan(1_000);
  });

  test('after a restart nothing is handled again', async () => {
    const before = await count();
    await app.close();
    app = await place.app();
    await ready(app);
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await until(async () => (await count()) === before + 1, 'event handled');
    expect(await rows(app, 'select 1 from seen where times > 1')).toEqual([]);
  });
});
