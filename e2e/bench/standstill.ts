import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { testDatabase } from '@cashloop/testkit';
import { Feed } from '../drill/feed.ts';
import { Servers } from '../drill/servers.ts';
import { driftOf } from './drift-of.ts';
import { faults, Field } from './faults.ts';
import type { Result } from './main.ts';
import { OutboxWatch } from './outbox-watch.ts';
import { commitMs } from './pace.ts';
import { PartitionWatch } from './partition-watch.ts';
import { atEnd } from './processes.ts';
import { percentile, valueLine } from './report.ts';
import { kernel } from './sides.ts';
import { rounds } from './sizes.ts';
import { count, load, waitUntil } from './stage.ts';
import { Trickle } from './trickle.ts';

const CALM_MS = 3_000;
/** A server that comes back and a member whose session must run out first are in it. */
const LIMIT_MS = 45_000;
const partitions = `select partition, next_offset from consumer_offset where projection = 'bench-invoices'`;

/**
 * Two replicas under a steady load, struck down again and again: the longest time without progress of any partition
 * after each strike, the absence of a restarted server included; after the death of the leader the longest wait in the
 * outbox.
 */
export async function standstillBench(): Promise<Result[]> {
  const servers = await Servers.start();
  atEnd(() => servers.stop());
  process.env.TEST_DATABASE_URL = servers.databaseUrl;
  const urls = await testDatabase(await load(kernel.migrations!));
  const openedMs = Date.now();
  const feed = new Feed(servers.brokers);
  await feed.open(); // makes the topics
  await feed.close();
  const field = new Field(servers, urls);
  const watch = new PartitionWatch(urls.adminUrl, partitions);
  atEnd(() => watch.end());
  const outbox = new OutboxWatch(urls.adminUrl);
  atEnd(() => outbox.end());
  const trickle = new Trickle(servers.brokers);
  atEnd(() => trickle.end());
  const watched = { field, watch, outbox, trickle };
  const found = new Map(Object.keys(faults).map((kind) => [kind, [] as number[]]));
  let drift = 0;
  for (let round = 0; round < rounds; round += 1) {
    await calm(field, watch);
    for (const [kind, its] of found) its.push(await strike(kind, round, watched));
    await trickle.rest();
    drift += await driftAtRest(urls.adminUrl, feed, { trickle, servers, openedMs });
    trickle.goOn();
  }
  return [...found].flatMap(([kind, its]) => toResults(kind, its, drift));
}

const toResults = (kind: string, its: readonly number[], drift: number): Result[] => [
  { ...valueLine(`standstill-${kind}-p50`, percentile(its, 0.5) / 1000, 's'), holds: drift === 0 },
  {
    line: `${valueLine(`standstill-${kind}-max`, Math.max(...its) / 1000, 's').line} (limit ${LIMIT_MS / 1000})`,
    holds: drift === 0 && Math.max(...its) <= LIMIT_MS,
  },
];

interface Watched {
  field: Field;
  watch: PartitionWatch;
  outbox: OutboxWatch;
  trickle: Trickle;
}

/** @returns ms */
async function strike(kind: string, round: number, { field, watch, outbox, trickle }: Watched): Promise<number> {
  const fault = faults[kind]!;
  watch.begin();
  outbox.longestMs = 0;
  trickle.longestMs = 0;
  const start = performance.now();
  await fault.strike(field, round);
  const lasted = performance.now() - start;
  await calm(field, watch);
  const [stood, waited, dry] = [watch.longestMs, outbox.longestMs, trickle.longestMs].map((ms) => ms / 1000);
  process.stdout.write(
    `  round ${round + 1}, ${kind}: ${stood!.toFixed(1)} s, in the outbox ${waited!.toFixed(1)} s (the fault itself ${(lasted / 1000).toFixed(1)} s, nothing came for ${dry!.toFixed(1)} s)\n`,
  );
  return fault.ofRelay === true ? outbox.longestMs : watch.longestMs;
}

/** Both replicas have run for a while, and all partitions moved within the last moment, twice. */
async function calm({ replicas }: Field, watch: PartitionWatch): Promise<void> {
  const moving = (): boolean => watch.movedSince(performance.now() - 700) === 8;
  const running = (): boolean => replicas.every((replica) => replica.hasRun(CALM_MS));
  for (let times = 0; times < 2; times += 1) {
    await waitUntil(async () => running() && moving(), 120_000);
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  }
}

interface Rest {
  trickle: Trickle;
  servers: Servers;
  openedMs: number;
}

async function driftAtRest(adminUrl: string, feed: Feed, { trickle, servers, openedMs }: Rest): Promise<number> {
  const records = await feed.ends(topicDefs.receivable.name);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await waitUntil(async () => (await count(admin, kernel.handled)) === records);
    const place = { admin, openedMs, broker: { brokers: [servers.brokers], topicPrefix: '' } };
    const drift = await driftOf(kernel, place, trickle.books);
    process.stdout.write(`  ${records} events, commit ${(await commitMs(admin)).toFixed(2)} ms, drift ${drift}\n`);
    return drift;
  } finally {
    await admin.end();
  }
}
