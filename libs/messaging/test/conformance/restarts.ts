import type { INestApplication } from '@nestjs/common';
import { MessagingHealth } from '../../src/index.ts';
import { pause } from '../../src/pauses.ts';
import { rows, until } from '../notes-service.ts';
import type { BrokerClients, OwnBrokerStage } from './broker-stage.ts';
import type { TallyStage } from './tally-service.ts';

/** A broker that goes away under load and comes back with all it held. */
export function restartTests(stage: () => TallyStage<OwnBrokerStage>): void {
  test('in disorder and in order, under load, while another process starts: each record once, and nothing stops', async () => {
    const first = await stage().app();
    const [, second] = await Promise.all([
      underLoad(stage(), first, () => stage().stage.restart('SIGKILL')),
      stage().app(),
    ]);
    await underLoad(stage(), first, () => stage().stage.restart('SIGTERM'));
    await goesOn(stage(), [first, second]);
  }, 240_000);

  test('frozen for longer than anybody waits for an answer, under load: each record once, and nothing stops', async () => {
    const apps = [await stage().app(), await stage().app()] as const;
    await underLoad(stage(), apps[0], () => stage().stage.freeze());
    await goesOn(stage(), apps);
  }, 240_000);
}

/**
 * Commits before, so that clients are in the middle of their work, while the broker is away, and after. That it was away
 * shows in the outbox: events of that time had to wait there.
 */
async function underLoad(
  stage: TallyStage<OwnBrokerStage>,
  app: INestApplication,
  away: () => Promise<number>,
): Promise<void> {
  await stage.commit(app, stage.events(36));
  await until(async () => (await stage.effects(app)) > 0, 'first effects');
  await stage.commit(app, stage.events(36));
  let back = false;
  let waitedMs = 0;
  const over = away().finally(() => (back = true));
  while (!back) {
    await stage.commit(app, stage.events(12));
    waitedMs = Math.max(waitedMs, await oldestMs(app));
    await pause(50);
  }
  expect(waitedMs).toBeGreaterThan((await over) / 2);
  await stage.commit(app, stage.events(36));
}

/** Age of what has waited longest for the broker, by the clock of Postgres. */
async function oldestMs(app: INestApplication): Promise<number> {
  const sql = 'select extract(epoch from clock_timestamp() - min(created_at)) * 1000 as ms from outbox';
  const [row] = await rows<{ ms: string | null }>(app, sql);
  return Number(row?.ms ?? 0);
}

/** Everything comes through by itself, once, and all processes are as they were. */
export async function goesOn(stage: TallyStage<BrokerClients>, apps: readonly INestApplication[]): Promise<void> {
  const [app] = apps as [INestApplication];
  await stage.settles(app, 120_000);
  await stage.eachRecordOnce(app);
  expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
  for (const one of apps) {
    const health = one.get(MessagingHealth);
    await until(() => health.state().problems.length === 0, 'all is well', 30_000);
    expect(health.state()).toMatchObject({ ready: true, stoppedPartitions: [] });
  }
}
