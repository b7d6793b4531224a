import kafkajs from 'kafkajs';
import type { OutgoingEvent } from '@cashloop/events';

/** Fills topics with events, as the relay would send them. */
export async function publish(
  brokers: readonly string[],
  prefix: string,
  events: readonly OutgoingEvent[],
): Promise<void> {
  const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    for (let at = 0; at < events.length; at += 2_000) {
      await producer.sendBatch({ acks: -1, topicMessages: topicMessages(prefix, events.slice(at, at + 2_000)) });
    }
  } finally {
    await producer.disconnect();
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
