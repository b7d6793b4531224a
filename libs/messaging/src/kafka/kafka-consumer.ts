import type { Batch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { BrokerConsumer, ConsumerSpec, FetchedBatch, PartitionControl } from '../broker.ts';
import { within } from '../pauses.ts';
import { toRecord } from './kafka-record.ts';

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
    // Half a minute: a member that outlives a restart of its broker goes on at once, a new one waits for the old one's session.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 30, restartOnFailure: async () => false },
  });
  const working = new Set<Promise<void>>();
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    spec.onAssigned(assignmentOf(prefix, payload.memberAssignment)),
  );
  consumer.on(consumer.events.CRASH, ({ payload }) => spec.onCrash(payload.error));
  const unwatch = onClockSetBack((ms) => spec.onCrash(new Error(`the clock was set back by ${ms} ms`)));
  try {
    await join(consumer, prefix, spec, working);
  } catch (error) {
    unwatch();
    await consumer.disconnect().catch(() => undefined);
    throw error;
  }
  return {
    close: async () => {
      unwatch();
      const gone = consumer.disconnect();
      await Promise.allSettled(working);
      await within(gone, LEAVE_MS);
    },
  };
}

async function join(
  consumer: Consumer,
  prefix: string,
  spec: ConsumerSpec,
  working: Set<Promise<void>>,
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: spec.topics.map((topic) => prefix + topic), fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: spec.partitionsAtOnce,
    eachBatch: (payload) => {
      const work = takeBatch(consumer, prefix, spec, payload).finally(() => working.delete(work));
      working.add(work);
      return work;
    },
  });
}

const assignmentOf = (prefix: string, assignment: Record<string, number[]>): { topic: string; partition: number }[] =>
  Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic: topic.slice(prefix.length), partition })),
  );

/** A timer keeps the membership alive however long the handler takes. */
async function takeBatch(
  consumer: Consumer,
  prefix: string,
  spec: ConsumerSpec,
  payload: EachBatchPayload,
): Promise<void> {
  const heartbeat = (): Promise<void> => payload.heartbeat().catch(() => undefined);
  const beating = setInterval(() => void heartbeat(), HEARTBEAT_MS);
  try {
    await spec.onBatch(fetched(prefix, payload.batch), controlOf(consumer, payload, heartbeat));
  } finally {
    clearInterval(beating);
  }
}

/** `fetchedOffset` is not in kafkajs's types: the offset this fetch asked for. */
function fetched(prefix: string, batch: Batch): FetchedBatch {
  const topic = batch.topic.slice(prefix.length);
  const { fetchedOffset } = batch as Batch & { fetchedOffset?: { toString(): string } };
  return {
    topic,
    partition: batch.partition,
    fetchedFrom: BigInt((fetchedOffset ?? batch.firstOffset() ?? '0').toString()),
    records: batch.messages.map((message) => toRecord(topic, batch.partition, message)),
    end: BigInt(batch.highWatermark),
  };
}

function controlOf(consumer: Consumer, payload: EachBatchPayload, heartbeat: () => Promise<void>): PartitionControl {
  const { topic, partition } = payload.batch;
  const place = [{ topic, partitions: [partition] }];
  const resume = (): void => quietly(() => consumer.resume(place));
  return {
    done: (offset) => quietly(() => payload.resolveOffset(String(offset))),
    seek: (offset) => quietly(() => consumer.seek({ topic, partition, offset: String(offset) })),
    pause: (ms) => {
      quietly(() => consumer.pause(place));
      if (ms !== undefined) setTimeout(resume, ms).unref();
    },
    resume,
    heartbeat,
    owned: () => payload.isRunning() && !payload.isStale(),
  };
}

/** kafkajs throws when the partition went to another member meanwhile: then there is nothing to control. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // see above
  }
}

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
