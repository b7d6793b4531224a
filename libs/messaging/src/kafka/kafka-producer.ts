import kafkajs, { type Kafka, type Message } from 'kafkajs';
import { type BrokerMessage, type BrokerProducer, MessageRefused } from '../broker.ts';

/** Answers of the broker that no repetition changes. */
const REFUSALS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TOPIC_EXCEPTION']);

/** One request in flight and idempotence: a repeated request neither doubles nor reorders. Partitions as Java picks them. */
export async function kafkaProducer(kafka: Kafka, prefix: string): Promise<BrokerProducer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 100, retries: 5 },
  });
  await producer.connect();
  return {
    send: async (messages) => {
      try {
        await producer.sendBatch({ acks: -1, topicMessages: byTopic(prefix, messages) });
      } catch (error) {
        throw isRefusal(error) ? new MessageRefused((error as Error).message, { cause: error }) : error;
      }
    },
    close: () => producer.disconnect(),
  };
}

function byTopic(prefix: string, messages: readonly BrokerMessage[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of messages) {
    const list = topics.get(topic) ?? [];
    if (list.length === 0) topics.set(topic, list);
    list.push({ key, value, headers: headers as Record<string, string> });
  }
  return [...topics].map(([topic, list]) => ({ topic: prefix + topic, messages: list }));
}

function isRefusal(error: unknown): boolean {
  const type =
    (error as { type?: string; cause?: { type?: string } }).type ??
    (error as { cause?: { type?: string } }).cause?.type;
  return type !== undefined && REFUSALS.has(type);
}
