import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { topicDefs, type OutgoingEvent } from '@cashloop/events';
import { testBroker, testDatabase } from '@cashloop/testkit';
import { openServers } from './servers.ts';
import { publish } from './broker.ts';
import type { Result } from './main.ts';
import { end, run } from './processes.ts';
import { percentile, valueLine } from './report.ts';
import { serviceEnv, setLimits } from './scoring.ts';
import { customers, invoiceEvents, masters } from './world.ts';

const perSecond = 100;
const seconds = 40;
const root = join(import.meta.dirname, '../..');

/**
 * From the moment an invoice event is on the broker to the moment the hold event it caused is readable, while 100 events
 * a second come in. Half of them push an account over its limit or back.
 */
export async function latencyBench(): Promise<Result[]> {
  await openServers();
  const { migrations } = (await import(
    pathToFileURL(join(root, 'services/credit-scoring/dist/migrations/index.js')).href
  )) as { migrations: (new () => unknown)[] };
  const database = await testDatabase({ migrations });
  const broker = await testBroker();
  const env = await serviceEnv(database.url, broker);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const sent = new Map<string, number>();
  const latencies: number[] = [];
  await broker.createTopics(Object.values(topicDefs));
  const reader = await readHolds(broker.brokers, broker.topicPrefix, (cause) => {
    const at = sent.get(cause);
    if (at !== undefined) latencies.push(performance.now() - at);
  });
  const service = run('services/credit-scoring/dist/main.js', { ...env.env, BENCH: '' });
  try {
    await publish(broker.brokers, broker.topicPrefix, masters(new Date()));
    await ready(admin);
    await setLimits(env, '2.00');
    await enforce(env.token);
    await trickle(broker.brokers, broker.topicPrefix, sent);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  } finally {
    await end(service);
    await reader.disconnect();
    await admin.end();
    await broker.close();
    await database.close();
  }
  if (latencies.length < 100) throw new Error(`only ${latencies.length} holds were seen`);
  process.stdout.write(`  ${latencies.length} hold events at ${perSecond} events/s\n`);
  return [
    valueLine('latency-p50', percentile(latencies, 0.5), 'ms'),
    valueLine('latency-p99', percentile(latencies, 0.99), 'ms'),
  ];
}

async function readHolds(
  brokers: readonly string[],
  prefix: string,
  seen: (causingEventId: string) => void,
): Promise<kafkajs.Consumer> {
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `${prefix}bench`, maxWaitTimeInMs: 5 });
  await consumer.connect();
  await consumer.subscribe({ topic: prefix + topicDefs.creditHold.name, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) =>
      seen((JSON.parse(message.value!.toString()) as { causing_event_id: string }).causing_event_id),
  });
  return consumer;
}

async function ready(admin: pg.Client): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await admin.query<{ n: string }>('select count(*) n from account');
    if (Number(rows[0]?.n) === customers) return;
    if (tries > 1_200) throw new Error('the service did not take over the customers');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function enforce(token: string): Promise<void> {
  const response = await fetch('http://127.0.0.1:18990/credit/settings', {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ enforcement: 'enforce' }),
  });
  if (!response.ok) throw new Error(`settings were refused: ${response.status} ${await response.text()}`);
}

/** 100 events a second for 40 seconds, one send each tenth of a second. */
async function trickle(brokers: readonly string[], prefix: string, sent: Map<string, number>): Promise<void> {
  const events: OutgoingEvent[] = invoiceEvents(perSecond * seconds, new Date(), '9');
  const step = perSecond / 10;
  const start = performance.now();
  for (let at = 0; at < events.length; at += step) {
    const due = start + (at / perSecond) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const now = performance.now();
    const slice = events.slice(at, at + step);
    for (const event of slice) sent.set(event.id, now);
    await publish(brokers, prefix, slice);
  }
}
