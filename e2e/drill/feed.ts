import kafkajs from 'kafkajs';
import { topicDefs, type OutgoingEvent } from '@cashloop/events';

/** The topic of the plain design: invoices only, the only events it knows. */
export const plainTopic = 'plain.receivable';
export const plainHoldTopic = 'plain.credit-hold';

const GIVE_UP_MS = 240_000;

/** Writes to the topics as a relay does: again until the broker has it, in order. */
export class Feed {
  private readonly kafka: kafkajs.Kafka;
  private readonly producer: kafkajs.Producer;

  constructor(brokers: string) {
    const common = { clientId: 'drill', brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING };
    this.kafka = new kafkajs.Kafka(common);
    // Asks again soon where the client by itself pauses longer and longer: without events no reader can stand still.
    const retry = { initialRetryTime: 100, maxRetryTime: 500, retries: 2 };
    const hasty = new kafkajs.Kafka({ ...common, retry, requestTimeout: 10_000 });
    this.producer = hasty.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  }

  async open(): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    const topics = [
      ...Object.values(topicDefs),
      { name: plainTopic, partitions: 8 },
      { name: plainHoldTopic, partitions: 8 },
    ];
    await admin.createTopics({
      waitForLeaders: false,
      topics: topics.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions })),
    });
    await admin.disconnect();
    await this.producer.connect();
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  /** Only the events of this drill's books go to the plain design as well. */
  async publish(events: readonly OutgoingEvent[], alsoPlain: boolean): Promise<void> {
    for (let at = 0; at < events.length; at += 1_000) await this.send(events.slice(at, at + 1_000), alsoPlain);
  }

  private async send(events: readonly OutgoingEvent[], alsoPlain: boolean): Promise<void> {
    const topicMessages = byTopic(events, alsoPlain);
    const until = Date.now() + GIVE_UP_MS;
    for (;;) {
      try {
        await this.producer.sendBatch({ acks: -1, topicMessages });
        return;
      } catch (error) {
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
        await this.producer.connect().catch(() => undefined);
      }
    }
  }

  /** Every record of a topic, partition after partition. */
  async records(topic: string): Promise<kafkajs.KafkaMessage[]> {
    const admin = this.kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const expected = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
    const found: { partition: number; message: kafkajs.KafkaMessage }[] = [];
    if (expected === 0) return [];
    const consumer = this.kafka.consumer({ groupId: `drill-check-${topic}-${Date.now()}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const done = new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ partition, message }) => {
          found.push({ partition, message });
          if (found.length === expected) resolve();
        },
      });
    });
    await done;
    await consumer.disconnect();
    return found
      .sort((a, b) => a.partition - b.partition || Number(a.message.offset) - Number(b.message.offset))
      .map(({ message }) => message);
  }

  /** Records of a topic that a group has not committed. */
  async unread(group: string, topic: string): Promise<number> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const ends = await admin.fetchTopicOffsets(topic);
      const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const read = new Map(committed!.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      // A group that has committed nothing says -1.
      return ends.reduce(
        (sum, { partition, high, low }) => sum + Number(high) - Math.max(Number(low), read.get(partition) ?? 0),
        0,
      );
    } finally {
      await admin.disconnect();
    }
  }

  /** Records of each partition: what a reader must have behind it. */
  async ends(topic: string): Promise<number> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
    } finally {
      await admin.disconnect();
    }
  }
}

function byTopic(events: readonly OutgoingEvent[], alsoPlain: boolean): kafkajs.TopicMessages[] {
  const topics = new Map<string, kafkajs.Message[]>();
  const add = (topic: string, { key, value, headers }: OutgoingEvent): void => {
    const list = topics.get(topic) ?? [];
    topics.set(topic, list);
    list.push({ key, value, headers: { ...headers, ce_source: 'drill' } });
  };
  for (const event of events) {
    add(event.topic, event);
    if (alsoPlain && event.type.startsWith('invoice_')) add(plainTopic, event);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
