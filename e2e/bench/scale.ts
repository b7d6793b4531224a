import { topicDefs } from '@cashloop/events';
import type { TestBroker } from '@cashloop/testkit';
import { fillBacklog } from './backlog.ts';
import type { Books } from './books.ts';
import { driftOf } from './drift-of.ts';
import { members } from './group.ts';
import type { Result } from './main.ts';
import { commitMs, paceOf } from './pace.ts';
import { atGate, end, open, run } from './processes.ts';
import { median, valueLine } from './report.ts';
import { openServers } from './servers.ts';
import { kernel, kernelGroup } from './sides.ts';
import { rounds, sized } from './sizes.ts';
import { count, openStage, waitUntil } from './stage.ts';

const events = sized(400_000, 3_000);
const shapes = [1, 2, 4];

interface Backlog {
  broker: TestBroker;
  books: Books;
}

/** Events/s of 1, 2 and 4 processes of one service on 8 partitions, in turn over the same backlog. */
export async function scaleBench(): Promise<Result[]> {
  await openServers();
  const { broker, close } = await openStage('fast');
  const found = new Map(shapes.map((processes) => [processes, [] as { perSecond: number; drift: number }[]]));
  try {
    await broker.createTopics([topicDefs.receivable, topicDefs.creditHold]);
    const backlog = { broker, books: await fillBacklog(broker, events) };
    for (let round = 0; round < rounds; round += 1) {
      for (const [processes, its] of found) its.push(await together(processes, backlog));
    }
  } finally {
    await close();
  }
  return [...found].map(([processes, its]) => ({
    ...valueLine(`scale-${processes}`, median(its.map((one) => one.perSecond)), 'events/s'),
    holds: its.every((one) => one.drift === 0),
  }));
}

/** Postgres remembers what was consumed, so a new database has the whole backlog before it. */
async function together(processes: number, { broker, books }: Backlog): Promise<{ perSecond: number; drift: number }> {
  const stage = await openStage('fast', kernel.migrations);
  const { admin } = stage;
  try {
    const group = broker.topicPrefix + kernelGroup;
    const env = kernel.env({ ...stage, broker }, 'fast');
    const children = Array.from({ length: processes }, () => run(kernel.script, env, true));
    await Promise.all(children.map(atGate));
    children.forEach(open);
    // From when on all are members and have their partitions the pace counts.
    await waitUntil(async () => (await members(broker.brokers, group)) === processes);
    const before = await count(admin, kernel.handled);
    const done = async (): Promise<number> => (await count(admin, kernel.handled)) - before;
    // With a small BENCH_SCALE all may be through before the last one has joined.
    const { perSecond } =
      before === events ? { perSecond: Number.NaN } : await paceOf({ done, total: events - before });
    const drift = await driftOf(kernel, { ...stage, broker }, books);
    process.stdout.write(
      `  ${processes} processes: ${perSecond.toFixed(0)}/s, ${before} events while they joined, commit ${(await commitMs(admin)).toFixed(2)} ms, drift ${drift}\n`,
    );
    await Promise.all(children.map(end));
    return { perSecond, drift };
  } finally {
    await stage.close();
  }
}
