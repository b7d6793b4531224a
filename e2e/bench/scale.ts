import kafkajs from 'kafkajs';
import { topicDefs } from '@cashloop/events';
import type { TestBroker } from '@cashloop/testkit';
import { fillBacklog } from './backlog.ts';
import type { Result } from './main.ts';
import { commitMs, paceOf } from './pace.ts';
import { atGate, end, open, run } from './processes.ts';
import { median, valueLine } from './report.ts';
import { openServers } from './servers.ts';
import { kernel, kernelGroup } from './sides.ts';
import { rounds, sized } from './sizes.ts';
import { count, driftFrom, openStage, waitUntil } from './stage.ts';

const events = sized(400_000, 3_000);
const shapes = [1, 2, 4];

interface Backlog {
  broker: TestBroker;
  expected: Map<string, bigint>;
}

/** Events/s of 1, 2 and 4 processes of one service on 8 partitions, in turn over the same backlog. */
export async function scaleBench(): Promise<Result[]> {
  await openServers();
  const { broker, close } = await openStage('fast');
  const found = new Map(shapes.map((processes) => [processes, [] as { perSecond: number; drift: number }[]]));
  try {
    await broker.createTopics([topicDefs.receivable]);
    const backlog = { broker, expected: await fillBacklog(broker, events) };
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
async function together(
  processes: number,
  { broker, expected }: Backlog,
): Promise<{ perSecond: number; drift: number }> {
  const stage = await openStage('fast', kernel.migrations);
  const { admin } = stage;
  try {
    const env = kernel.env({ ...stage, broker }, 'fast');
    const children = Array.from({ length: processes }, () => run(kernel.script, env, true));
    await Promise.all(children.map(atGate));
    children.forEach(open);
    await waitUntil(() => sharing(broker, processes));
    const before = await count(admin, kernel.handled);
    const done = async (): Promise<number> => (await count(admin, kernel.handled)) - before;
    // With a small BENCH_SCALE all may be through before the last one has joined.
    const { perSecond } =
      before === events ? { perSecond: Number.NaN } : await paceOf({ done, total: events - before });
    const drift = await driftFrom(admin, kernel.exposures, expected);
    process.stdout.write(
      `  ${processes} processes: ${perSecond.toFixed(0)}/s, ${before} events while they joined, commit ${(await commitMs(admin)).toFixed(2)} ms, drift ${drift}\n`,
    );
    await Promise.all(children.map(end));
    return { perSecond, drift };
  } finally {
    await stage.close();
  }
}

/** All processes are members and have their partitions: from then on the pace counts. */
async function sharing(broker: TestBroker, processes: number): Promise<boolean> {
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { groups } = await admin.describeGroups([broker.topicPrefix + kernelGroup]);
    return groups[0]?.state === 'Stable' && groups[0].members.length === processes;
  } finally {
    await admin.disconnect();
  }
}
