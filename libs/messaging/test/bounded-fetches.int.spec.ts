import { testBroker, type TestBroker } from '@cashloop/testkit';
import type { FetchedBatch } from '../src/broker.ts';
import { kafkaBroker } from '../src/kafka/index.ts';
import { until } from './notes-service.ts';

const BATCH_MAX = 1_048_576;
const AT_ONCE = 2;

/** A lag of 18 MB: nine times what may be in work. */
const KEYS = 12;
const PER_KEY = 15;
const value = 'x'.repeat(100_000);

let broker: TestBroker;
beforeAll(async () => {
  broker = await testBroker();
  await broker.createTopics([{ name: 'heavy', partitions: 4 }]);
}, 60_000);
afterAll(() => broker.close());

test('however long the lag, a batch stays below a mebibyte and few are in work at once', async () => {
  const kafka = kafkaBroker({ clientId: 'test', brokers: broker.brokers, prefix: broker.topicPrefix });
  const producer = await kafka.producer();
  const messages = Array.from({ length: KEYS }, (_, i) => ({ topic: 'heavy', key: String(i), value, headers: {} }));
  for (let i = 0; i < PER_KEY; i += 1) await producer.send(messages);
  await producer.close();

  let [inWork, most, largest, read] = [0, 0, 0, 0];
  const consumer = await kafka.consumer({
    group: 'bounded',
    topics: ['heavy'],
    partitionsAtOnce: AT_ONCE,
    onAssigned: () => undefined,
    onCrash: () => undefined,
    onBatch: async (batch, control) => {
      inWork += 1;
      most = Math.max(most, inWork);
      largest = Math.max(largest, bytesOf(batch));
      await new Promise((resolve) => setTimeout(resolve, 20)); // so that all that may run at once does
      const last = batch.records.at(-1);
      if (last !== undefined) control.done(last.offset);
      read += batch.records.length;
      inWork -= 1;
    },
  });
  await until(() => read >= KEYS * PER_KEY, 'all read', 60_000);
  await consumer.close();
  await kafka.close();
  expect(read).toBe(KEYS * PER_KEY);
  expect(most).toBeGreaterThanOrEqual(AT_ONCE);
  expect(most).toBeLessThanOrEqual(2 * AT_ONCE); // beside late ones, of which there may be as many
  expect(largest).toBeLessThanOrEqual(BATCH_MAX);
  expect(largest).toBeGreaterThan(BATCH_MAX / 2); // the bound was reached, not just the end of the log
}, 90_000);

const bytesOf = (batch: FetchedBatch): number =>
  batch.records.reduce((sum, record) => sum + (record.value?.length ?? 0), 0);
