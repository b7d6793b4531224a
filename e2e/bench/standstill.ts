import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { testDatabase } from '@cashloop/testkit';
import { Feed } from '../drill/feed.ts';
import { Servers } from '../drill/servers.ts';
import { Worker } from '../drill/worker.ts';
import type { Result } from './main.ts';
import { commitMs } from './pace.ts';
import { PartitionWatch } from './partition-watch.ts';
import { atEnd } from './processes.ts';
import { percentile, valueLine } from './report.ts';
import { kernel } from './sides.ts';
import { rounds } from './sizes.ts';
import { count, driftOf, load, waitUntil } from './stage.ts';
import { Trickle } from './trickle.ts';

const FROZEN_MS = 12_000;
const DOWN_MS = 500;
const CALM_MS = 3_000;
/** A server that comes back and a member whose session must run out first are in it. */
const LIMIT_MS = 45_000;
const partitions = `select partition, next_offset from consumer_offset where projection = 'bench-invoices'`;

type Fault = (servers: Servers, replica: Worker) => Promise<unknown> | void;
const faults: Record<string, Fault> = {
  kill: (_, replica) => replica.kill(),
  stop: (_, replica) => replica.freeze(FROZEN_MS),
  'postgres-restart': (servers) => servers.restart('postgres', 'SIGINT', DOWN_MS),
  'kafka-restart': (servers) => servers.restart('kafka', 'SIGINT', DOWN_MS),
};

/**
 * Two replicas under a steady load, struck down again and again: the longest time without progress of any partition
 * after each strike, the absence of a restarted server included.
 */
export async function standstillBench(): Promise<Result[]> {
  const servers = await Servers.start();
  atEnd(() => servers.stop());
  process.env.TEST_DATABASE_URL = servers.databaseUrl;
  const { url, adminUrl } = await testDatabase(await load(kernel.migrations!));
  const feed = new Feed(servers.brokers);
  await feed.open(); // makes the topics
  await feed.close();
  const env = { KAFKA_BROKERS: servers.brokers, KERNEL_DATABASE_URL: url };
  const replicas = [1, 2].map((n) => new Worker(`kernel-${n}`, kernel.script, env, servers.logOf(`kernel-${n}`)));
  for (const replica of replicas) atEnd(() => replica.end());
  const watch = new PartitionWatch(adminUrl, partitions);
  atEnd(() => watch.end());
  const trickle = new Trickle(servers.brokers);
  atEnd(() => trickle.end());
  const found = new Map(Object.keys(faults).map((kind) => [kind, [] as number[]]));
  await calm(replicas, watch);
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, its] of found) its.push(await strike(kind, round, { servers, replicas, watch, trickle }));
  }
  const drift = await driftAtRest(adminUrl, feed, trickle);
  return [...found].flatMap(([kind, its]) => [
    { ...valueLine(`standstill-${kind}-p50`, percentile(its, 0.5) / 1000, 's'), holds: drift === 0 },
    {
      line: `${valueLine(`standstill-${kind}-max`, Math.max(...its) / 1000, 's').line} (limit ${LIMIT_MS / 1000})`,
      holds: drift === 0 && Math.max(...its) <= LIMIT_MS,
    },
  ]);
}

interface Field {
  servers: Servers;
  replicas: readonly Worker[];
  watch: PartitionWatch;
  trickle: Trickle;
}

/** @returns ms */
async function strike(kind: string, round: number, field: Field): Promise<number> {
  const { servers, replicas, watch, trickle } = field;
  watch.begin();
  trickle.longestMs = 0;
  const start = performance.now();
  await faults[kind]!(servers, replicas[round % replicas.length]!);
  const lasted = performance.now() - start;
  await calm(replicas, watch);
  process.stdout.write(
    `  round ${round + 1}, ${kind}: ${(watch.longestMs / 1000).toFixed(1)} s (the fault itself ${(lasted / 1000).toFixed(1)} s, nothing came for ${(trickle.longestMs / 1000).toFixed(1)} s)\n`,
  );
  return watch.longestMs;
}

/** Both replicas have run for a while, and all partitions moved within the last moment, twice. */
async function calm(replicas: readonly Worker[], watch: PartitionWatch): Promise<void> {
  const moving = (): boolean => watch.movedSince(performance.now() - 700) === 8;
  const running = (): boolean => replicas.every((replica) => replica.hasRun(CALM_MS));
  for (let times = 0; times < 2; times += 1) {
    await waitUntil(async () => running() && moving(), 120_000);
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  }
}

async function driftAtRest(adminUrl: string, feed: Feed, trickle: Trickle): Promise<number> {
  await trickle.end();
  const records = await feed.ends(topicDefs.receivable.name);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await waitUntil(async () => (await count(admin, kernel.handled)) === records);
    const drift = await driftOf(admin, kernel.exposures, trickle.sent);
    process.stdout.write(`  ${records} events, commit ${(await commitMs(admin)).toFixed(2)} ms, drift ${drift}\n`);
    return drift;
  } finally {
    await admin.end();
  }
}
