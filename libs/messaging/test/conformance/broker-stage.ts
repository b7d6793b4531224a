import { topicDefs } from '@cashloop/events';
import { testBroker } from '@cashloop/testkit';
import type { Broker, RawRecord } from '../../src/index.ts';
import { kafkaBroker } from '../../src/kafka/index.ts';
import { MemoryCluster } from '../../src/memory/index.ts';
import { until } from '../notes-service.ts';

/** What the conformance suite needs of a broker. Another Kafka client joins by a stage of its own. */
export interface BrokerStage {
  /** One more client of the same broker, as of one more process. */
  client(): Broker;
  deleteTopic(name: string): Promise<void>;
  /** After so long without a heartbeat a member loses its partitions. */
  readonly sessionMs: number;
  /** Takes the partitions of one member away in the middle of its work. Not every broker can be told to. */
  expelOne?(group: string): Promise<void>;
  /** Where another process finds it; only a broker outside this process has one. */
  readonly address?: { readonly brokers: string; readonly prefix: string };
  close(): Promise<void>;
}

export async function kafkaStage(): Promise<BrokerStage> {
  const broker = await testBroker();
  const clients: Broker[] = [];
  return {
    sessionMs: 6_000,
    address: { brokers: broker.brokers.join(','), prefix: broker.topicPrefix },
    client: () => {
      const { brokers, topicPrefix: prefix } = broker;
      const client = kafkaBroker({ clientId: 'conformance', brokers, prefix });
      clients.push(client);
      return client;
    },
    deleteTopic: (name) => broker.deleteTopic(name),
    close: async () => {
      for (const client of clients) await client.close().catch(() => undefined);
      await broker.close();
    },
  };
}

export async function memoryStage(): Promise<BrokerStage> {
  const cluster = new MemoryCluster();
  return {
    sessionMs: 500,
    client: () => cluster.client(),
    deleteTopic: async (name) => cluster.log.delete(name),
    expelOne: async (group) => {
      const [member] = cluster.group(group).members;
      if (member !== undefined) void cluster.group(group).expel(member);
    },
    close: async () => undefined,
  };
}

let readings = 0;

/** Everything a topic holds now. */
export async function recordsOf(stage: BrokerStage, topic: string): Promise<RawRecord[]> {
  const broker = stage.client();
  const offsets = await broker.offsets(topic);
  const expected = offsets.reduce((sum, { first, end }) => sum + Number(end - first), 0);
  const found: RawRecord[] = [];
  const consumer = await broker.consumer({
    group: `reading-${(readings += 1)}`,
    topics: [topic],
    partitionsAtOnce: 1,
    onAssigned: () => undefined,
    onCrash: () => undefined,
    onBatch: async (batch, control) => {
      found.push(...batch.records);
      control.done(batch.records.at(-1)?.offset ?? 0n);
    },
  });
  try {
    await until(() => found.length >= expected, `${expected} records of ${topic}`);
  } finally {
    await consumer.close();
  }
  return found.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}

export const published = [topicDefs.customer, topicDefs.sync] as const;
