import kafkajs from 'kafkajs';
import { topicDefs } from '@cashloop/events';
import { Feed } from '../drill/feed.ts';
import type { Result } from './main.ts';
import { commitMs, paceOf } from './pace.ts';
import { end, run } from './processes.ts';
import { ratioLine } from './report.ts';
import { openServers } from './servers.ts';
import { kernel } from './sides.ts';
import { rounds, sized } from './sizes.ts';
import { count, openStage, type Regime, type Stage } from './stage.ts';
import { customers } from './world.ts';

interface Relayed {
  perSecond: number;
  /** Events that are missing, doubled or out of order, and rows left. */
  drift: number;
}

const oneByOne = 'e2e/dist/rivals/one-by-one/main.js';
const topic = topicDefs.creditHold;

/** Events/s from the outbox to the broker and out of the table, ours and one by one in turn. */
export async function relayBench(): Promise<Result[]> {
  await openServers();
  const results: Result[] = [];
  for (const regime of ['fast', 'durable'] as const) {
    const ratios: number[] = [];
    let drift = 0;
    for (let round = 0; round < rounds; round += 1) {
      const ours = await relayed(regime, kernel.script, sized(100_000, 500));
      const rival = await relayed(regime, oneByOne, sized(2_000, 50));
      ratios.push(ours.perSecond / rival.perSecond);
      drift += ours.drift + rival.drift;
    }
    results.push(ratioLine({ name: `relay-${regime}`, ratios, floor: 30, goal: 90, drift }));
  }
  return results;
}

async function relayed(regime: Regime, script: string, rows: number): Promise<Relayed> {
  const stage = await openStage(regime, kernel.migrations);
  const { admin, broker, database } = stage;
  const feed = new Feed(broker.brokers.join(','));
  const ends = await endsOf(stage);
  try {
    await broker.createTopics([topicDefs.receivable, topic]);
    await admin.query(fill, [rows, customers, topic.name]);
    const child = run(script, { ...kernel.env(stage, regime), RELAY_DATABASE_URL: database.url });
    const done = async (): Promise<number> => {
      const sent = await ends.sum();
      return sent < rows || (await count(admin, left)) === 0 ? sent : rows - 1;
    };
    const { perSecond } = await paceOf({ done, total: rows, everyMs: 20 });
    const drift = faults(await feed.records(broker.topicPrefix + topic.name), rows) + (await count(admin, left));
    const commit = await commitMs(admin);
    const name = script === oneByOne ? 'one by one' : 'ours';
    process.stdout.write(
      `  ${regime}, ${name}: ${perSecond.toFixed(0)}/s, commit ${commit.toFixed(2)} ms, drift ${drift}\n`,
    );
    await end(child);
    return { perSecond, drift };
  } finally {
    await ends.close();
    await stage.close();
  }
}

const left = 'select count(*) n from outbox';

/** Rows of some 350 bytes, numbered per key. */
const fill = `insert into outbox (topic, key, headers, value)
  select $3, '1:' || n % $2, json_build_object('ce_type', 'credit_hold_placed', 'org_id', '1', 'ce_id', n::text),
    json_build_object('n', n, 'text', repeat('x', 330)) from generate_series(1, $1::int) n`;

/** Each number once, and rising within its key. */
function faults(records: readonly kafkajs.KafkaMessage[], rows: number): number {
  const last = new Map<string, number>();
  let disorder = 0;
  for (const { key, value } of records) {
    const { n } = JSON.parse(value!.toString()) as { n: number };
    if (n <= (last.get(key!.toString()) ?? 0)) disorder += 1;
    last.set(key!.toString(), n);
  }
  return disorder + Math.abs(rows - records.length);
}

/** Watches how much stands on the topic, without a question to the database under measurement. */
async function endsOf({ broker }: Stage): Promise<{ sum: () => Promise<number>; close: () => Promise<void> }> {
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const sum = async (): Promise<number> => {
    // A topic that was just made has no leader for a moment; nothing stands on it then.
    const ends = await admin.fetchTopicOffsets(broker.topicPrefix + topic.name).catch(() => []);
    return ends.reduce((all, { high }) => all + Number(high), 0);
  };
  return { sum, close: () => admin.disconnect() };
}
