import { topicDefs } from '@cashloop/events';
import { ownBroker, testBroker } from '@cashloop/testkit';
import type { Broker, RawRecord } from '../../src/index.ts';
import { kafkaBroker, type KafkaSettings } from '../../src/kafka/index.ts';
import { MemoryCluster } from '../../src/memory/index.ts';
import { pause } from '../../src/pauses.ts';
import { until } from '../notes-service.ts';

/** A broker and its clients, as each test has one. */
export interface BrokerClients {
  /** One more client of the same broker, as of one more process. */
  client(): Broker;
  close(): Promise<void>;
}

/** What the conformance suite needs of a broker. Another Kafka client joins by a stage of its own. */
export interface BrokerStage extends BrokerClients {
  deleteTopic(name: string): Promise<void>;
  /** After so long without a heartbeat a member loses its partitions. */
  readonly sessionMs: number;
  /** Takes the partitions of the oldest member away in the middle of its work. Not every broker can be told to. */
  expelOne?(group: string): Promise<void>;
  /** Where another process finds it; only a broker outside this process has one. */
  readonly address?: { readonly brokers: string; readonly prefix: string } & Pick<ClientKind, 'module' | 'name'>;
}

/** A broker that nobody else uses, and what its restart takes. */
export interface OwnBrokerStage extends BrokerClients {
  /**
   * Called while events are on their way. It dies (SIGKILL) or ends, is away, and is back with all it held.
   * @returns for how long it took nothing, at least
   */
  restart(how: 'SIGKILL' | 'SIGTERM'): Promise<number>;
  /**
   * For longer than its client waits for an answer it takes connections and requests, and answers nothing.
   * @returns for how long
   */
  freeze(): Promise<number>;
}

/** One of the clients that speak to Kafka, and where other processes find it. */
export interface ClientKind {
  readonly make: (settings: KafkaSettings) => Broker;
  /** Path from this folder. It exports `make` under this name. */
  readonly module: string;
  readonly name: string;
}

export const kafkajs: ClientKind = { make: kafkaBroker, module: '../../src/kafka/index.ts', name: 'kafkaBroker' };

const AWAY_MS = 1_000;
/** Longer than a client of Kafka waits for an answer. */
const FROZEN_MS = 17_000;
const MEMORY_FROZEN_MS = 4_000;

function kafkaClients(
  { make }: ClientKind,
  brokers: readonly string[],
  prefix: string,
  closeBroker: () => Promise<void>,
): BrokerClients {
  const clients: Broker[] = [];
  return {
    client: () => {
      const client = make({ clientId: 'conformance', brokers, prefix });
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) await client.close().catch(() => undefined);
      await closeBroker();
    },
  };
}

export async function kafkaStage(kind = kafkajs): Promise<BrokerStage> {
  const { brokers, topicPrefix: prefix, deleteTopic, close } = await testBroker();
  return {
    ...kafkaClients(kind, brokers, prefix, close),
    sessionMs: 6_000,
    address: { brokers: brokers.join(','), prefix, module: kind.module, name: kind.name },
    deleteTopic,
  };
}

/** The shared Kafka must never be restarted: other specs use it at the same time. */
export async function ownKafkaStage(kind = kafkajs): Promise<OwnBrokerStage> {
  const { brokers, restart, freeze, close } = await ownBroker();
  return {
    ...kafkaClients(kind, brokers, '', close),
    restart: async (how) => (await restart(how, AWAY_MS), AWAY_MS),
    freeze: async () => (await freeze(FROZEN_MS), FROZEN_MS),
  };
}

export async function memoryStage(): Promise<BrokerStage & OwnBrokerStage> {
  const cluster = new MemoryCluster();
  return {
    sessionMs: 500,
    client: () => cluster.client(),
    deleteTopic: async (name) => cluster.log.delete(name),
    expelOne: async (group) => {
      const [member] = cluster.group(group).members;
      if (member !== undefined) void cluster.group(group).expel(member);
    },
    restart: async () => {
      await diesInSend(cluster);
      await pause(AWAY_MS);
      cluster.start();
      return AWAY_MS;
    },
    freeze: async () => {
      cluster.freeze();
      await pause(MEMORY_FROZEN_MS);
      cluster.thaw();
      return MEMORY_FROZEN_MS;
    },
    close: async () => undefined,
  };
}

/** With the next record it takes: what else was sent with it is lost, and the answer too. */
function diesInSend(cluster: MemoryCluster): Promise<void> {
  return new Promise((resolve) => {
    const unlisten = cluster.log.listen(() => {
      unlisten();
      cluster.stop();
      resolve();
    });
  });
}

let readings = 0;

/** Everything a topic holds now. */
export async function recordsOf(stage: BrokerClients, topic: string): Promise<RawRecord[]> {
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
