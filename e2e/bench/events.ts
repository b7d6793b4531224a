import { topicDefs } from '@cashloop/events';
import { Books } from './books.ts';
import { publish } from './broker.ts';
import { driftOf } from './drift-of.ts';
import type { Result } from './main.ts';
import { measure, type Measured } from './measure.ts';
import { commitMs, paceOf } from './pace.ts';
import { end, run } from './processes.ts';
import { ratioLine, median } from './report.ts';
import { handled, scoring, serviceEnv, setLimits } from './scoring.ts';
import { openServers } from './servers.ts';
import { usual } from './sides.ts';
import { rounds, sized } from './sizes.ts';
import { count, openStage, waitUntil } from './stage.ts';
import { customers, invoiceEvents, limit, masters } from './world.ts';

const oursCount = sized(60_000, 300);
const plainCount = sized(3_000, 60);

/** Events/s with effects, credit-scoring and the plain design in turn on the same servers; correctness after each run. */
export async function eventsBench(): Promise<Result[]> {
  await openServers();
  const ours: Measured[] = [];
  const plain: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await oursRound(round));
    plain.push(await measure(usual, 'fast', plainCount, round));
    const [a, b] = [ours.at(-1)!, plain.at(-1)!];
    process.stdout.write(
      `  round ${round + 1}: ours ${a.perSecond.toFixed(0)}/s, plain ${b.perSecond.toFixed(0)}/s, commit ${a.commitMs.toFixed(2)} ms and ${b.commitMs.toFixed(2)} ms, drift ${a.drift} and ${b.drift}\n`,
    );
  }
  const drift = [...ours, ...plain].reduce((sum, one) => sum + one.drift, 0);
  const ratios = ours.map((one, i) => one.perSecond / plain[i]!.perSecond);
  process.stdout.write(
    `  medians: ours ${median(ours.map((one) => one.perSecond)).toFixed(0)}/s, plain ${median(plain.map((one) => one.perSecond)).toFixed(0)}/s\n`,
  );
  return [ratioLine({ name: 'events', ratios, floor: 40, goal: 100, drift })];
}

async function oursRound(round: number): Promise<Measured> {
  const stage = await openStage('fast', 'services/credit-scoring/dist/migrations/index.js');
  const { admin, broker } = stage;
  const env = await serviceEnv(stage.database.url, broker);
  try {
    await broker.createTopics(Object.values(topicDefs));
    await publish(broker.brokers, broker.topicPrefix, masters(new Date()));
    const first = run('services/credit-scoring/dist/main.js', env.env);
    await waitUntil(async () => (await count(admin, `select count(*) n from customer`)) === customers);
    await setLimits(env);
    await end(first);
    const events = invoiceEvents(oursCount, new Date(), String(round));
    await publish(broker.brokers, broker.topicPrefix, events);
    const before = await count(admin, handled);
    const second = run('services/credit-scoring/dist/main.js', env.env);
    const done = async (): Promise<number> => (await count(admin, handled)) - before;
    const pace = await paceOf({ done, total: oursCount, pid: second.pid });
    const drift = await driftOf(scoring, stage, new Books(limit, customers).add(events));
    const commit = await commitMs(admin);
    await end(second);
    return { ...pace, drift, commitMs: commit };
  } finally {
    await stage.close();
  }
}
