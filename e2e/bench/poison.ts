import { topicDefs, type OutgoingEvent } from '@cashloop/events';
import { Books } from './books.ts';
import { openPublisher, type Publisher } from './broker.ts';
import { driftOf } from './drift-of.ts';
import type { Result } from './main.ts';
import { commitMs } from './pace.ts';
import { end, run } from './processes.ts';
import { ratioLine } from './report.ts';
import { openServers } from './servers.ts';
import { kernel } from './sides.ts';
import { rounds, sized } from './sizes.ts';
import { count, openStage, waitUntil, type Stage } from './stage.ts';
import { invoiceEvents } from './world.ts';

const events = sized(4_000, 80);
const middle = Math.floor(events / 2);

/**
 * A running service gets 4,000 events of as many invoices, in turn without and with one among them whose row the database
 * refuses. Time from the first send until its partition, too, is through.
 */
export async function poisonBench(): Promise<Result[]> {
  await openServers();
  const stage = await openStage('fast', kernel.migrations);
  try {
    await stage.broker.createTopics([topicDefs.receivable, topicDefs.creditHold]);
    const child = run(kernel.script, kernel.env(stage, 'fast'));
    const publisher = await openPublisher(stage.broker.brokers, stage.broker.topicPrefix);
    const sent: OutgoingEvent[] = [];
    const timed = (set: number, bad: boolean): Promise<number> => handled(stage, publisher, sent, set, bad);
    for (let set = 1; set <= 3; set += 1) await timed(set, false); // the first batches are slower than all later ones
    const ratios: number[] = [];
    let drift = 0;
    for (let round = 0; round < rounds; round += 1) {
      const clean = await timed(4 + 2 * round, false);
      const poisoned = await timed(5 + 2 * round, true);
      await parked(stage, round + 1);
      const wrong = await driftOf(kernel, stage, new Books().add(sent.filter(isGood)));
      ratios.push(clean / poisoned);
      drift += wrong;
      process.stdout.write(
        `  round ${round + 1}: ${clean.toFixed(0)} ms without, ${poisoned.toFixed(0)} ms with, commit ${(await commitMs(stage.admin)).toFixed(2)} ms, drift ${wrong}\n`,
      );
    }
    await publisher.close();
    await end(child);
    return [ratioLine({ name: 'poison', ratios, floor: 0.67, goal: 0.95, drift })];
  } finally {
    await stage.close();
  }
}

/** @returns ms */
async function handled(
  { admin }: Stage,
  publisher: Publisher,
  sent: OutgoingEvent[],
  set: number,
  bad: boolean,
): Promise<number> {
  const good = invoiceEvents(3 * events, new Date(), String(set)).slice(0, events); // each invoice's first version
  const all = bad ? good.with(middle, refused(good[middle]!)) : good;
  for (const event of all) sent.push(event);
  const start = performance.now();
  await publisher.send(all);
  const until = start + 60_000;
  while ((await count(admin, kernel.handled)) < sent.length) {
    if (performance.now() > until) throw new Error('the events did not get through within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return performance.now() - start;
}

const poison = '"balance_minor":"-1"';
const refused = (event: OutgoingEvent): OutgoingEvent => ({
  ...event,
  value: event.value.replace(/"balance_minor":"\d+"/, poison),
});
const isGood = ({ value }: OutgoingEvent): boolean => !value.includes(poison);

/** What was set aside has had its three tries: they must not fall into the next round. */
const parked = ({ admin }: Stage, rows: number): Promise<void> =>
  waitUntil(async () => (await count(admin, `select count(*) n from dead_letter where state = 'parked'`)) === rows);
