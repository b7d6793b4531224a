import type { Kafka, ProducerBatch, ProducerConfig } from 'kafkajs';
import { kafkaProducer } from '../src/kafka/kafka-producer.ts';

/** What the order within a key and "acknowledged means stored" hang on, and no delivery on a healthy broker shows. */
test('one request in flight, idempotent, acknowledged by all replicas; a send is one request', async () => {
  let config: ProducerConfig = {};
  const batches: ProducerBatch[] = [];
  const kafka = {
    producer: (asked: ProducerConfig) => {
      config = asked;
      return {
        connect: async () => undefined,
        sendBatch: async (batch: ProducerBatch) => void batches.push(batch),
        disconnect: async () => undefined,
      };
    },
  } as unknown as Kafka;
  const producer = await kafkaProducer(kafka, 'x.');
  const message = { topic: 't', key: '1:2', value: '{}', headers: { ce_id: 'a' } };
  await producer.send([message, { ...message, topic: 'u' }, { ...message, value: '{"n":2}' }]);
  await producer.close();
  expect(config).toMatchObject({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  expect(batches).toHaveLength(1);
  const [{ acks, topicMessages = [] } = {}] = batches;
  expect(acks).toBe(-1);
  expect(topicMessages.map(({ topic, messages }) => [topic, messages.map(({ value }) => value)])).toEqual([
    ['x.t', ['{}', '{"n":2}']],
    ['x.u', ['{}']],
  ]);
});
