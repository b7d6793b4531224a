import type { Kafka } from 'kafkajs';
import type { BrokerConsumer, ConsumerSpec } from '../broker.ts';
import { within } from '../pauses.ts';
import { PATIENT } from './kafka-client.ts';
import { type KafkaMember, KafkaPartition } from './kafka-partition.ts';

/** The shortest session brokers allow: so long a partition waits after kill -9. */
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 1_000;
/** A smaller step delays a heartbeat by less than the session. */
const CLOCK_BACK_MS = 2_000;
/** A broker that does not answer hears nothing of our leaving anyway. */
const LEAVE_MS = 3_000;

/**
 * A group member that never commits to Kafka: every assignment starts at the beginning, so every partition with records
 * delivers a batch at once, and the reader seeks from what Postgres remembers. That leaves no moment in which a look-up
 * could come too late.
 */
export async function kafkaConsumer(kafka: Kafka, prefix: string, spec: ConsumerSpec): Promise<BrokerConsumer> {
  const consumer = kafka.consumer({
    groupId: prefix + spec.group,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: 30_000,
    maxWaitTimeInMs: 250, // also the longest a resumed partition waits for the next fetch
    maxBytesPerPartition: 1_048_576,
    maxBytes: 8_388_608, // bounds memory at any lag
    allowAutoTopicCreation: false,
    retry: { ...PATIENT, retries: 30, restartOnFailure: async () => false },
  });
  const member: KafkaMember = { consumer, spec, prefix, generation: 0, late: 0 };
  const partitions = new Map<string, KafkaPartition>();
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    member.generation += 1;
    spec.onAssigned(assignmentOf(prefix, payload.memberAssignment));
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => spec.onCrash(payload.error));
  const unwatch = onClockSetBack((ms) => spec.onCrash(new Error(`the clock was set back by ${ms} ms`)));
  try {
    await join(member, partitions);
  } catch (error) {
    unwatch();
    await consumer.disconnect().catch(() => undefined);
    throw error;
  }
  return {
    close: async () => {
      unwatch();
      const gone = consumer.disconnect();
      await Promise.allSettled([...partitions.values()].map(({ work }) => work));
      await within(gone, LEAVE_MS);
    },
  };
}

async function join(member: KafkaMember, partitions: Map<string, KafkaPartition>): Promise<void> {
  const { consumer, spec, prefix } = member;
  await consumer.connect();
  await consumer.subscribe({ topics: spec.topics.map((topic) => prefix + topic), fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: spec.partitionsAtOnce,
    eachBatch: (payload) => {
      const key = `${payload.batch.topic} ${payload.batch.partition}`;
      const partition = partitions.get(key) ?? new KafkaPartition(member, payload.batch);
      partitions.set(key, partition);
      return partition.take(payload);
    },
  });
}

const assignmentOf = (prefix: string, assignment: Record<string, number[]>): { topic: string; partition: number }[] =>
  Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic: topic.slice(prefix.length), partition })),
  );

/**
 * kafkajs counts its heartbeats by the wall clock: set back by an hour, it sends none for an hour, and hears of no
 * rebalance while another member already reads its partitions. A new client counts anew.
 */
function onClockSetBack(tell: (ms: number) => void): () => void {
  const ahead = (): number => Date.now() - performance.now();
  let before = ahead();
  const watch = setInterval(() => {
    const back = before - ahead();
    before = ahead();
    if (back >= CLOCK_BACK_MS) tell(Math.round(back));
  }, HEARTBEAT_MS).unref();
  return () => clearInterval(watch);
}
