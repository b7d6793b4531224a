import type { Admin } from 'kafkajs';
import type { Broker, TopicSpec } from '../broker.ts';
import { KafkaAdmin } from './kafka-admin.ts';
import { kafkaClient, type KafkaSettings, PATIENT } from './kafka-client.ts';
import { kafkaConsumer } from './kafka-consumer.ts';
import { kafkaProducer } from './kafka-producer.ts';

export type { KafkaSettings };

/** Kafka, spoken through kafkajs. Only this folder knows that client. */
export function kafkaBroker(settings: KafkaSettings): Broker {
  const kafka = kafkaClient(settings);
  // kafkajs takes a connection that its client cannot make for a fault that does not pass, whatever the consumer's own retries.
  const patient = kafkaClient(settings, PATIENT);
  const prefix = settings.prefix ?? '';
  const admin = new KafkaAdmin(kafka);
  return {
    producer: () => kafkaProducer(kafka, prefix),
    consumer: (spec) => kafkaConsumer(patient, prefix, spec),
    partitionCounts: async (topics) => partitionCounts(await admin.get(), prefix, topics),
    createTopics: async (topics) => createTopics(await admin.get(), prefix, topics),
    offsets: async (topic) =>
      (await admin.offsets(prefix + topic)).map(({ partition, low, high }) => ({
        partition,
        first: BigInt(low),
        end: BigInt(high),
      })),
    close: () => admin.close(),
  };
}

/** Asks only for topics that exist: asking for another one is an error that kafkajs repeats for seconds. */
async function partitionCounts(admin: Admin, prefix: string, topics: readonly string[]): Promise<Map<string, number>> {
  const existing = new Set(await admin.listTopics());
  const wanted = topics.filter((topic) => existing.has(prefix + topic));
  if (wanted.length === 0) return new Map();
  const { topics: found } = await admin.fetchTopicMetadata({ topics: wanted.map((topic) => prefix + topic) });
  return new Map(found.map(({ name, partitions }) => [name.slice(prefix.length), partitions.length]));
}

/** Topics keep everything: they are the history that new projections are built from. */
async function createTopics(admin: Admin, prefix: string, topics: readonly TopicSpec[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false, // Kafka 4 may answer UNKNOWN_TOPIC_OR_PARTITION while the topic is being made
    topics: topics.map(({ name, partitions, replication }) => ({
      topic: prefix + name,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: '-1' },
        // Whatever a stranger's producer sends: kafkajs reads gzip only, and a consumer must not die of the rest.
        { name: 'compression.type', value: 'uncompressed' },
        { name: 'min.insync.replicas', value: String(Math.max(1, replication - 1)) },
      ],
    })),
  });
}
