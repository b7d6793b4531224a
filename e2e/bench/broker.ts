import kafkajs from 'kafkajs';
import type { OutgoingEvent } from '@cashloop/events';

/** A connection that fills topics with events, as the relay would send them. */
export interface Publisher {
  /** All of them in one request: at most some thousands. */
  send(events: readonly OutgoingEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** @param retry how long it tries by itself; kafkajs's own values unless told */
export async function openPublisher(
  brokers: readonly string[],
  prefix: string,
  retry?: kafkajs.RetryOptions,
): Promise<Publisher> {
  const logLevel = kafkajs.logLevel.NOTHING;
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: [...brokers], logLevel, ...(retry && { retry }) });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    send: async (events) => void (await producer.sendBatch({ acks: -1, topicMessages: topicMessages(prefix, events) })),
    close: () => producer.disconnect(),
  };
}

/** Any number of events, over a connection of its own. */
export async function publish(
  brokers: readonly string[],
  prefix: string,
  events: readonly OutgoingEvent[],
): Promise<void> {
  const publisher = await openPublisher(brokers, prefix);
  try {
    for (let at = 0; at < events.length; at += 2_000) await publisher.send(events.slice(at, at + 2_000));
  } finally {
    await publisher.close();
  }
}

function topicMessages(prefix: string, events: readonly OutgoingEvent[]): kafkajs.TopicMessages[] {
  const byTopic = new Map<string, kafkajs.Message[]>();
  for (const event of events) {
    const list = byTopic.get(event.topic) ?? [];
    byTopic.set(event.topic, list);
    list.push({ key: event.key, value: event.value, headers: { ...event.headers, ce_source: 'bench' } });
  }
  return [...byTopic].map(([topic, messages]) => ({ topic: prefix + topic, messages }));
}
