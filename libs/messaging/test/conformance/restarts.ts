import type { INestApplication } from '@nestjs/common';
import { MessagingHealth } from '../../src/index.ts';
import { pause } from '../../src/pauses.ts';
import { rows } from '../notes-service.ts';
import type { OwnBrokerStage } from './broker-stage.ts';
import type { TallyStage } from './tally-service.ts';

/** A broker that goes away under load and comes back with all it held. */
export function restartTests(stage: () => TallyStage<OwnBrokerStage>): void {
  test('in disorder and in order, under load, while another process starts: each record once, and nothing stops', async () => {
    const first = await stage().app();
    const [, second] = await Promise.all([underLoad(stage(), first, 'SIGKILL'), stage().app()]);
    await underLoad(stage(), first, 'SIGTERM');
    await stage().settles(first, 60_000);
    await stage().eachRecordOnce(first);
    expect(await rows(first, 'select 1 from dead_letter')).toEqual([]);
    for (const app of [first, second]) expect(app.get(MessagingHealth).state().stoppedPartitions).toEqual([]);
  }, 240_000);
}

/** Commits before, while the broker is away, and after. */
async function underLoad(
  stage: TallyStage<OwnBrokerStage>,
  app: INestApplication,
  how: 'SIGKILL' | 'SIGTERM',
): Promise<void> {
  await stage.commit(app, stage.events(36));
  let back = false;
  const restarted = stage.stage.restart(how).finally(() => (back = true));
  while (!back) {
    await stage.commit(app, stage.events(12));
    await pause(50);
  }
  await restarted;
  await stage.commit(app, stage.events(36));
}
