import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import type { TopicDef } from '@cashloop/events';
import { stackVariable } from './stack-variable.ts';

/** The shared broker, seen through a prefix of this suite's own. */
export interface TestBroker {
  brokers: string[];
  /** Give it to MessagingModule as topicPrefix. */
  topicPrefix: string;
  createTopics(defs: readonly Pick<TopicDef, 'name' | 'partitions'>[]): Promise<void>;
  /** Deletes one topic of this suite: for tests of a broker that lost it. */
  deleteTopic(name: string): Promise<void>;
  /** Deletes this suite's topics. */
  close(): Promise<void>;
}

export async function testBroker(): Promise<TestBroker> {
  const brokers = stackVariable('TEST_KAFKA_BROKERS').split(',');
  const topicPrefix = `t${randomUUID().slice(0, 8)}.`;
  const kafka = new kafkajs.Kafka({ clientId: 'testkit', brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  return {
    brokers,
    topicPrefix,
    createTopics: async (defs) => {
      const topics = defs.map((def) => ({ topic: topicPrefix + def.name, numPartitions: def.partitions }));
      await admin.createTopics({ waitForLeaders: false, topics });
      await topicsReady(admin, topics);
    },
    deleteTopic: (name) => admin.deleteTopics({ topics: [topicPrefix + name] }),
    close: async () => {
      const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(topicPrefix));
      if (mine.length > 0) await admin.deleteTopics({ topics: mine });
      await admin.disconnect();
    },
  };
}

/**
 * Waiting inside createTopics can fail on Kafka 4 although the topic is being made: ask for the metadata instead, and then
 * for offsets, which only a leader knows: Kafka names partitions some moments before it leads each of them.
 */
async function topicsReady(
  admin: kafkajs.Admin,
  topics: readonly { topic: string; numPartitions: number }[],
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
      if (found.length === topics.length && found.every(({ partitions }) => partitions.length > 0)) {
        for (const { topic } of topics) await admin.fetchTopicOffsets(topic);
        return;
      }
    } catch (error) {
      if (tries >= 100) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
