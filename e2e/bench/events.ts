import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import pg from 'pg';
import { topicDefs, type OutgoingEvent } from '@cashloop/events';
import { testBroker, testDatabase } from '@cashloop/testkit';
import { environmentOf, up } from '../../tools/test/stack.ts';
import { publish } from './broker.ts';
import type { Result } from './main.ts';
import { commitMs, paceOf } from './pace.ts';
import { end, run } from './processes.ts';
import { ratioLine, median } from './report.ts';
import { serviceEnv, setLimits } from './scoring.ts';
import { customers, expectedExposure, invoiceEvents, masters } from './world.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const oursCount = 60_000;
const plainCount = 3_000;
const root = join(import.meta.dirname, '../..');

interface Measured {
  perSecond: number;
  drift: number;
  commitMs: number;
}

/** Events/s with effects, ours and the plain design in turn on the same servers; correctness after each run. */
export async function eventsBench(): Promise<Result[]> {
  Object.assign(process.env, environmentOf(await up()));
  const ours: Measured[] = [];
  const plain: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await oursRound(round));
    plain.push(await plainRound(round));
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
  const { migrations } = (await import(
    pathToFileURL(join(root, 'services/credit-scoring/dist/migrations/index.js')).href
  )) as { migrations: (new () => unknown)[] };
  const database = await testDatabase({ migrations });
  const broker = await testBroker();
  const admin = await fastClient(database.adminUrl);
  const env = await serviceEnv(database.url, broker);
  try {
    await broker.createTopics(Object.values(topicDefs));
    await publish(broker.brokers, broker.topicPrefix, masters(new Date()));
    const first = run('services/credit-scoring/dist/main.js', env.env);
    await waitUntil(async () => (await count(admin, 'select count(*) n from account')) === customers);
    await setLimits(env);
    await end(first);
    const events = invoiceEvents(oursCount, new Date(), String(round));
    await publish(broker.brokers, broker.topicPrefix, events);
    const before = await count(admin, offsets);
    const second = run('services/credit-scoring/dist/main.js', env.env);
    const perSecond = await paceOf(admin, `select (${offsets}) - ${before} as done`, oursCount);
    const drift = await driftOf(
      admin,
      'select account_id::text as id, exposure_minor::text as minor from account',
      events,
    );
    const commit = await commitMs(admin);
    await end(second);
    return { perSecond, drift, commitMs: commit };
  } finally {
    await admin.end();
    await broker.close();
    await database.close();
  }
}

const offsets = `select coalesce(sum(next_offset), 0) n from consumer_offset where projection = 'credit-receivables'`;

async function plainRound(round: number): Promise<Measured> {
  const database = await testDatabase({ migrations: [] });
  const broker = await testBroker();
  const admin = await fastClient(database.adminUrl);
  try {
    const topic = `${broker.topicPrefix}${topicDefs.receivable.name}`;
    await broker.createTopics([topicDefs.receivable, { name: 'plain.credit-hold', partitions: 8 }]);
    const events = invoiceEvents(plainCount, new Date(), String(round));
    await publish(broker.brokers, broker.topicPrefix, events);
    const child = run('e2e/dist/rivals/plain/main.js', {
      KAFKA_BROKERS: broker.brokers.join(','),
      PLAIN_DATABASE_URL: database.adminUrl,
      PLAIN_TOPIC: topic,
      PLAIN_HOLD_TOPIC: `${broker.topicPrefix}plain.credit-hold`,
      PLAIN_GROUP: `${broker.topicPrefix}plain`,
    });
    await waitUntil(
      async () => (await count(admin, `select count(*) n from pg_tables where tablename = 'plain_invoice'`)) === 1,
    );
    // Every event lifts the version of its invoice by one: the sum of versions counts handled events.
    const perSecond = await paceOf(admin, 'select sum(version)::bigint as done from plain_invoice', plainCount);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const drift = await driftOf(
      admin,
      `select "customerId" as id, "exposureMinor"::text as minor from plain_account`,
      events,
    );
    const commit = await commitMs(admin);
    await end(child);
    return { perSecond, drift, commitMs: commit };
  } finally {
    await admin.end();
    await broker.close();
    await database.close();
  }
}

async function driftOf(client: pg.Client, sql: string, events: readonly OutgoingEvent[]): Promise<number> {
  const { rows } = await client.query<{ id: string; minor: string }>(sql);
  const found = new Map(rows.map((row) => [row.id, BigInt(row.minor)]));
  return [...expectedExposure(events)].filter(([id, minor]) => (found.get(id) ?? 0n) !== minor).length;
}

/** The regime `fast` for both sides: commits do not wait for the disk. */
async function fastClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
  return client;
}

async function count(client: pg.Client, sql: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(sql);
  return Number(rows[0]?.n ?? 0);
}

async function waitUntil(check: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const until = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > until) throw new Error(`the service did not get ready within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
