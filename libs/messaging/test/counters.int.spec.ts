import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import { Effects, Runs } from '../src/index.ts';
import { MemoryCluster } from '../src/memory/index.ts';
import { pause } from '../src/pauses.ts';
import { OnOrgs, orgEvent, rows, stand, type Stand, trouble, until } from './notes-service.ts';
import { scraped } from './scraped.ts';

jest.setTimeout(60_000);

class FailingRun {
  @Runs({ name: 'fails', everyMs: 20 })
  async run(): Promise<void> {
    throw new Error('not now');
  }
}

const HANDLER_MS = 60;
const projection = 'notes-orgs';
const topic = topicDefs.org.name;

/** What alarms and dashboards are fed with, and no effect depends on. */
describe('a service counts', () => {
  let place: Stand;
  let app: INestApplication;

  beforeEach(async () => {
    place = await stand();
    app = await place.app({ broker: new MemoryCluster().client() }, [OnOrgs, FailingRun]);
  });
  afterEach(async () => {
    trouble.before = async () => undefined;
    await place.close();
  });

  test('what it relays and what it handles, and times its batches from begin to commit', async () => {
    trouble.before = () => pause(HANDLER_MS);
    for (const version of [1, 2, 3]) await app.get(Effects).commit(['1'], async () => [orgEvent('1', version)]);
    await until(async () => (await rows(app, 'select 1 from seen')).length === 3, 'all handled');
    await until(async () => (await scraped('handled_events_total', { projection, topic })) === 3, 'all counted');
    await until(async () => (await scraped('relayed_events_total')) === 3, 'all relayed and counted');
    const batches = (await scraped('handler_seconds_count', { projection })) ?? 0;
    expect(batches).toBeGreaterThanOrEqual(1);
    expect(batches).toBeLessThanOrEqual(3);
    const seconds = (await scraped('handler_seconds_sum', { projection })) ?? 0;
    expect(seconds).toBeGreaterThan((batches * HANDLER_MS * 0.9) / 1_000);
    expect(seconds).toBeLessThan(60);
  });

  test('its runs that fail', async () => {
    await until(async () => ((await scraped('run_failures_total', { run: 'fails' })) ?? 0) >= 2, 'two failures');
    expect(await scraped('run_failures_total', { run: 'other' })).toBeUndefined();
  });
});
