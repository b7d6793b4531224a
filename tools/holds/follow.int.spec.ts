import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { testBroker } from '@cashloop/testkit';
import { followHolds } from './follow.ts';
import type { HoldNews } from './hold-board.ts';

const hold = (account: string, version: number, state = 'HELD') => ({
  key: `1:${account}`,
  headers: { org_id: '1', ce_type: 'credit_hold_placed', ce_time: '2026-01-02T03:04:05Z' },
  value: JSON.stringify({ account_id: account, version, state }),
});

let broker: Awaited<ReturnType<typeof testBroker>>;
let kafka: kafkajs.Kafka;
const topic = `holds-${randomUUID()}`;

beforeAll(async () => {
  broker = await testBroker();
  kafka = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
}, 60_000);

afterAll(async () => {
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  await broker.close();
});

test('follows a real topic from its beginning and goes on live, the highest version per account', async () => {
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: [hold('7', 1), hold('7', 2), hold('7', 1)] });
  const seen: string[] = [];
  let heard: (() => void) | undefined;
  const following = await followHolds({
    brokers: broker.brokers,
    topic,
    fromBeginning: true,
    onNews: ({ hold: { account_id: account, version } }: HoldNews) => {
      seen.push(`${account}v${version}`);
      if (account === '9') heard?.();
    },
  });
  const live = new Promise<void>((done) => (heard = done));
  await producer.send({ topic, messages: [hold('8', 1), hold('9', 1)] });
  await live;
  await following.stop();
  await producer.disconnect();
  expect(seen).toEqual(['7v1', '7v2', '8v1', '9v1']);
}, 60_000);

test('without the topic it says so', async () => {
  await expect(
    followHolds({
      brokers: broker.brokers,
      topic: `none-${randomUUID()}`,
      fromBeginning: false,
      onNews: () => undefined,
    }),
  ).rejects.toThrow('has no topic');
}, 30_000);
