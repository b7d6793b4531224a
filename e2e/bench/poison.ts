import { topicDefs, type OutgoingEvent } from '@cashloop/events';
import { publish } from './broker.ts';
import type { Result } from './main.ts';
import { commitMs } from './pace.ts';
import { end, run } from './processes.ts';
import { ratioLine } from './report.ts';
import { openServers } from './servers.ts';
import { kernel } from './sides.ts';
import { rounds, sized } from './sizes.ts';
import { count, driftOf, openStage, waitUntil, type Stage } from './stage.ts';
import { firstVersions } from './world.ts';

const events = sized(4_000, 80);

/**
 * A running service gets a batch of 4,000 events of as many invoices, in turn without and with one among them whose row
 * the database refuses. Time from the first send until all others are in.
 */
export async function poisonBench(): Promise<Result[]> {
  await openServers();
  const stage = await openStage('fast', kernel.migrations);
  try {
    await stage.broker.createTopics([topicDefs.receivable]);
    const child = run(kernel.script, kernel.env(stage, 'fast'));
    const sent = await send(stage, '1', false); // the first batches are slower than all later ones
    await settled(stage, sent.length, 0);
    const ratios: number[] = [];
    let drift = 0;
    for (let round = 0; round < rounds; round += 1) {
      const clean = await timed(stage, sent, `${10 + 2 * round}`, false);
      const poisoned = await timed(stage, sent, `${11 + 2 * round}`, true);
      await settled(stage, sent.length, round + 1);
      const wrong = await driftOf(stage.admin, kernel.exposures, sent);
      ratios.push(clean / poisoned);
      drift += wrong;
      process.stdout.write(
        `  round ${round + 1}: ${clean.toFixed(0)} ms without, ${poisoned.toFixed(0)} ms with, commit ${(await commitMs(stage.admin)).toFixed(2)} ms, drift ${wrong}\n`,
      );
    }
    await end(child);
    return [ratioLine({ name: 'poison', ratios, floor: 0.67, goal: 0.95, drift })];
  } finally {
    await stage.close();
  }
}

const known = 'select count(*) n from bench_invoice';

async function timed(stage: Stage, sent: OutgoingEvent[], round: string, poisoned: boolean): Promise<number> {
  const start = performance.now();
  sent.push(...(await send(stage, round, poisoned)));
  while ((await count(stage.admin, known)) < sent.length) await new Promise((resolve) => setTimeout(resolve, 2));
  return performance.now() - start;
}

/** @returns what must get through */
async function send({ broker }: Stage, round: string, poisoned: boolean): Promise<OutgoingEvent[]> {
  const good = firstVersions(events, new Date(), round);
  const bad = { ...good[0]!, value: good[0]!.value.replace(/"balance_minor":"\d+"/, '"balance_minor":"-1"') };
  const all = poisoned ? good.with(0, bad).with(events / 2, bad).with(0, good[0]!) : good;
  await publish(broker.brokers, broker.topicPrefix, all);
  return poisoned ? good.filter((_, i) => i !== events / 2) : good;
}

/** Also what was set aside has had its three tries: they must not fall into the next round. */
const settled = (stage: Stage, invoices: number, parked: number): Promise<void> =>
  waitUntil(
    async () =>
      (await count(stage.admin, known)) === invoices &&
      (await count(stage.admin, `select count(*) n from dead_letter where state = 'parked'`)) === parked,
  );
