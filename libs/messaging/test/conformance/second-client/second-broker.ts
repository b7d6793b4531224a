import { Admin, type BaseOptions, findErrorBy, ListOffsetTimestamps } from '@platformatic/kafka';
import type { Broker, TopicSpec } from '../../../src/index.ts';
import type { KafkaSettings } from '../../../src/kafka/index.ts';
import type { ClientKind } from '../broker-stage.ts';
import { secondConsumer } from './second-consumer.ts';
import { secondProducer } from './second-producer.ts';

/** Kafka, spoken through @platformatic/kafka: shows that nothing but a `Broker` is needed to change the client. */
export function secondBroker(settings: KafkaSettings): Broker {
  const prefix = settings.prefix ?? '';
  const client: BaseOptions = {
    clientId: settings.clientId,
    bootstrapBrokers: [...settings.brokers],
    connectTimeout: 3_000,
    requestTimeout: 15_000,
    retries: 5,
    retryDelay: (_owner, _operation, attempt) => Math.min(1_000, 100 * attempt),
  };
  const admin = new Admin({ ...client });
  return {
    producer: () => secondProducer(client, prefix),
    consumer: (spec) => secondConsumer(client, prefix, spec),
    partitionCounts: async (topics) => partitionCounts(admin, prefix, topics),
    createTopics: async (topics) => createTopics(admin, prefix, topics),
    offsets: async (topic) => offsets(admin, prefix + topic),
    close: () => admin.close(),
  };
}

export const platformatic: ClientKind = {
  make: secondBroker,
  module: './second-client/second-broker.ts',
  name: 'secondBroker',
};

async function partitionCounts(admin: Admin, prefix: string, topics: readonly string[]): Promise<Map<string, number>> {
  const existing = new Set(await admin.listTopics());
  const wanted = topics.map((topic) => prefix + topic).filter((topic) => existing.has(topic));
  if (wanted.length === 0) return new Map();
  const { topics: found } = await admin.metadata({ topics: wanted, forceUpdate: true });
  return new Map([...found].map(([name, { partitionsCount }]) => [name.slice(prefix.length), partitionsCount]));
}

/** One by one: of several, one that exists already would hide what became of the others. */
async function createTopics(admin: Admin, prefix: string, topics: readonly TopicSpec[]): Promise<void> {
  for (const { name, partitions, replication } of topics) {
    const configs = [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: '-1' },
      { name: 'min.insync.replicas', value: String(Math.max(1, replication - 1)) },
    ];
    await admin.createTopics({ topics: [prefix + name], partitions, replicas: replication, configs }).catch((error) => {
      if (findErrorBy(error, 'apiId', 'TOPIC_ALREADY_EXISTS') === null) throw error;
    });
  }
}

async function offsets(admin: Admin, topic: string): ReturnType<Broker['offsets']> {
  const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
  const partitions = [...(topics.get(topic)?.partitions.keys() ?? [])];
  const at = async (timestamp: bigint): Promise<Map<number, bigint>> => {
    const asked = partitions.map((partitionIndex) => ({ partitionIndex, timestamp }));
    const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions: asked }] });
    return new Map(found?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
  };
  const [firsts, ends] = [await at(ListOffsetTimestamps.EARLIEST), await at(ListOffsetTimestamps.LATEST)];
  return partitions.map((partition) => ({
    partition,
    first: firsts.get(partition) as bigint,
    end: ends.get(partition) as bigint,
  }));
}
