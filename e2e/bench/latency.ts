import { topicDefs, type OutgoingEvent } from '@cashloop/events';
import { Books } from './books.ts';
import { publish } from './broker.ts';
import { driftOf } from './drift-of.ts';
import { HoldReader } from './hold-reader.ts';
import type { Result } from './main.ts';
import { commitMs } from './pace.ts';
import { end, run } from './processes.ts';
import { percentile, valueLine } from './report.ts';
import { enforce, handled, scoring, serviceEnv, setLimits } from './scoring.ts';
import { openServers } from './servers.ts';
import { sized } from './sizes.ts';
import { count, openStage, waitUntil, type Stage } from './stage.ts';
import { customers, invoiceEvents, masters } from './world.ts';

const perSecond = 100;
const seconds = sized(40, 8);
/** An invoice's balance is above it until its last version; what then is left of all of a customer's is below. */
const limit = 400n;

/**
 * From the moment an invoice event is sent to the moment the hold event it caused is readable, while 100 events a second
 * come in. Nearly all place, change or release a hold.
 */
export async function latencyBench(): Promise<Result[]> {
  await openServers();
  const stage = await openStage('durable', 'services/credit-scoring/dist/migrations/index.js');
  const { admin, broker } = stage;
  const env = await serviceEnv(stage.database.url, broker);
  await broker.createTopics(Object.values(topicDefs));
  const reader = await HoldReader.open(broker.brokers, broker.topicPrefix);
  const service = run('services/credit-scoring/dist/main.js', { ...env.env, BENCH: '' });
  try {
    await publish(broker.brokers, broker.topicPrefix, masters(new Date()));
    await waitUntil(async () => (await count(admin, 'select count(*) n from account')) === customers);
    await setLimits(env, '4.00');
    await enforce(env.token);
    const before = await count(admin, handled);
    const events = invoiceEvents(perSecond * seconds, new Date(), '9');
    const sent = await trickle(stage, events);
    await waitUntil(async () => (await count(admin, handled)) - before >= events.length, 60_000, 'the last event');
    return await judged(stage, reader, events, sent);
  } finally {
    await end(service);
    await reader.close();
    await stage.close();
  }
}

/** One hold for each event that must have caused one, and the figures of just these. */
async function judged(
  stage: Stage,
  reader: HoldReader,
  events: readonly OutgoingEvent[],
  sent: ReadonlyMap<string, number>,
): Promise<Result[]> {
  const books = new Books(limit, customers);
  const causes = events.filter((event) => books.take(event)).map(({ id }) => id);
  const drift = await driftOf(scoring, stage, books); // the outbox is empty then
  const missing = await reader.missing(causes);
  const surplus = reader.causes.length - (causes.length - missing.length);
  const latencies = causes.filter((id) => !missing.includes(id)).map((id) => reader.readMs(id)! - sent.get(id)!);
  const commit = await commitMs(stage.admin);
  process.stdout.write(
    `  ${causes.length} hold events at ${perSecond} events/s, ${missing.length} missing, ${surplus} too many, commit ${commit.toFixed(2)} ms, drift ${drift}\n`,
  );
  const holds = drift + missing.length + surplus === 0;
  if (latencies.length === 0) throw new Error('no hold was seen');
  return [
    { ...valueLine('latency-p50', percentile(latencies, 0.5), 'ms'), holds },
    { ...valueLine('latency-p99', percentile(latencies, 0.99), 'ms'), holds },
  ];
}

/** 100 events a second, one send each tenth of a second. @returns when each was sent */
async function trickle({ broker }: Stage, events: readonly OutgoingEvent[]): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const step = perSecond / 10;
  const start = performance.now();
  for (let at = 0; at < events.length; at += step) {
    const due = start + (at / perSecond) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const now = performance.now();
    const slice = events.slice(at, at + step);
    for (const event of slice) sent.set(event.id, now);
    await publish(broker.brokers, broker.topicPrefix, slice);
  }
  return sent;
}
