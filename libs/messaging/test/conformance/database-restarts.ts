import type { INestApplication } from '@nestjs/common';
import type { OwnDatabase } from '@cashloop/testkit';
import { isPassing } from '../../src/faults.ts';
import { pause } from '../../src/pauses.ts';
import type { BrokerStage } from './broker-stage.ts';
import { goesOn } from './restarts.ts';
import type { TallyStage } from './tally-service.ts';

type Stage = TallyStage<BrokerStage, OwnDatabase>;

const AWAY_MS = 1_000;
/** A process with this waits for an answer 6.5 seconds at most; without it, longer than Postgres is frozen. */
const IMPATIENT = { statementTimeoutMs: 1_500 };
const FROZEN_MS = 8_000;

/** A Postgres that goes away under load and comes back with all that was committed. */
export function databaseRestartTests(stage: () => Stage): void {
  test('it crashes, and is restarted, under load: each record once, and nothing stops', async () => {
    const apps = [await stage().app(), await stage().app()] as const;
    await underLoad(stage(), apps, () => stage().database.restart('SIGKILL', AWAY_MS));
    await underLoad(stage(), apps, () => stage().database.restart('SIGINT', AWAY_MS));
    await goesOn(stage(), apps);
  }, 240_000);

  test('it accepts and answers nothing for a while, under load: each record once, and nothing stops', async () => {
    const apps = [await stage().app(IMPATIENT), await stage().app()] as const;
    await underLoad(stage(), apps, () => stage().database.freeze(FROZEN_MS));
    await goesOn(stage(), apps);
  }, 240_000);
}

/** The first process commits before, while it is away, and after. Whatever fails meanwhile is a fault that passes. */
async function underLoad(
  stage: Stage,
  [app]: readonly [INestApplication, INestApplication],
  away: () => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  const commit = async (count: number): Promise<void> => {
    faults.push(...(await stage.commitSurely(app, stage.events(count))));
  };
  for (let i = 0; i < 10; i += 1) await commit(36);
  let back = false;
  const over = away().finally(() => (back = true));
  while (!back) {
    await commit(12);
    await pause(20);
  }
  await over;
  await commit(36);
  expect(faults).not.toEqual([]);
  expect(faults.filter((fault) => !isPassing(fault))).toEqual([]);
}
