import { jest } from '@jest/globals';
import type { ConsumerConfig, ConsumerRunConfig, ConsumerSubscribeTopics, Kafka } from 'kafkajs';
import { kafkaConsumer } from '../src/kafka/kafka-consumer.ts';

/** What bounds memory at any lag, and leaves offsets to Postgres: on a healthy broker with a little load nothing shows it. */
test('fetches are bounded; nothing is committed to Kafka; every assignment begins at the start', async () => {
  let config: Partial<ConsumerConfig> = {};
  let subscribed: Partial<ConsumerSubscribeTopics> = {};
  let run: ConsumerRunConfig = {};
  const kafka = {
    consumer: (asked: ConsumerConfig) => {
      config = asked;
      return {
        events: { GROUP_JOIN: 'join', CRASH: 'crash' },
        on: () => undefined,
        connect: async () => undefined,
        subscribe: async (asked: ConsumerSubscribeTopics) => void (subscribed = asked),
        run: async (asked: ConsumerRunConfig) => void (run = asked),
        disconnect: async () => undefined,
      };
    },
  } as unknown as Kafka;
  const consumer = await kafkaConsumer(kafka, 'x.', {
    group: 'g',
    topics: ['t', 'u'],
    partitionsAtOnce: 3,
    onBatch: jest.fn<() => Promise<void>>(),
    onAssigned: jest.fn(),
    onCrash: jest.fn(),
  });
  await consumer.close();
  expect(config).toMatchObject({
    groupId: 'x.g',
    maxBytes: 8_388_608,
    maxBytesPerPartition: 1_048_576,
    allowAutoTopicCreation: false,
  });
  expect(subscribed).toEqual({ topics: ['x.t', 'x.u'], fromBeginning: true });
  expect(run).toMatchObject({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 3 });
  // The session must outlive a heartbeat that is late; and a client that gave up is made anew by us, not by itself.
  expect(config.sessionTimeout).toBeGreaterThan(2 * (config.heartbeatInterval ?? Infinity));
  expect(await config.retry?.restartOnFailure?.(new Error('any'))).toBe(false);
});
