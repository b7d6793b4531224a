import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import type { ConsumerSpec, FetchedBatch, PartitionControl } from '../broker.ts';
import { within } from '../pauses.ts';
import { toRecord } from './kafka-record.ts';

const HEARTBEAT_MS = 1_000;
/** kafkajs fetches from a broker only when all batches of the last fetch are done, and joins a new generation only then. */
const LATE_MS = 1_000;

/** What the partitions of one consumer have in common. */
export interface KafkaMember {
  readonly consumer: Consumer;
  readonly spec: ConsumerSpec;
  /** Of topic names. */
  readonly prefix: string;
  /** Counts assignments. */
  generation: number;
  /** Batches that kafkajs no longer waits for. */
  late: number;
}

/** One partition of a consumer: its batches one after the other, and the reasons for which nothing of it is fetched. */
export class KafkaPartition {
  readonly #member: KafkaMember;
  readonly #place: { topic: string; partition: number };
  readonly #pausedFor = new Set<'late batch' | 'reader'>();
  #work: Promise<void> | undefined;
  #seeks = 0;

  constructor(member: KafkaMember, { topic, partition }: Batch) {
    this.#member = member;
    this.#place = { topic, partition };
  }

  /** The batch in work, also a late one. */
  get work(): Promise<void> | undefined {
    return this.#work;
  }

  /**
   * Resolves when the batch is done, or when it takes so long that others would wait for it, as one does that stands
   * before a lock: then it goes on while nothing more of its partition is fetched.
   */
  async take(payload: EachBatchPayload): Promise<void> {
    if (this.#work !== undefined) return; // of an earlier assignment: what comes now is fetched again
    const work = this.#handle(payload).finally(() => (this.#work = undefined));
    this.#work = work;
    await within(work, LATE_MS);
    const member = this.#member;
    if (this.#work === undefined || member.late >= member.spec.partitionsAtOnce) return work;
    member.late += 1;
    this.#pause('late batch');
    const over = (): void => {
      member.late -= 1;
      this.#resume('late batch');
    };
    void work.then(over, over);
  }

  /** A timer keeps the membership alive however long the handler takes. */
  async #handle(payload: EachBatchPayload): Promise<void> {
    const { spec, prefix } = this.#member;
    const beating = setInterval(() => void payload.heartbeat().catch(() => undefined), HEARTBEAT_MS);
    try {
      await spec.onBatch(fetched(prefix, payload.batch), this.#control(payload));
    } finally {
      clearInterval(beating);
    }
  }

  #control(payload: EachBatchPayload): PartitionControl {
    const { generation } = this.#member;
    const seeks = this.#seeks;
    const current = (): boolean => generation === this.#member.generation && seeks === this.#seeks;
    return {
      done: (offset) => quietly(() => current() && payload.resolveOffset(String(offset))),
      seek: (offset) => {
        this.#seeks += 1;
        quietly(() => this.#member.consumer.seek({ ...this.#place, offset: String(offset) }));
      },
      pause: (ms) => {
        this.#pause('reader');
        if (ms !== undefined) setTimeout(() => this.#resume('reader'), ms).unref();
      },
      resume: () => this.#resume('reader'),
      owned: () => current() && payload.isRunning(),
    };
  }

  #pause(reason: 'late batch' | 'reader'): void {
    this.#pausedFor.add(reason);
    const { topic, partition } = this.#place;
    quietly(() => this.#member.consumer.pause([{ topic, partitions: [partition] }]));
  }

  #resume(reason: 'late batch' | 'reader'): void {
    this.#pausedFor.delete(reason);
    const { topic, partition } = this.#place;
    if (this.#pausedFor.size === 0) quietly(() => this.#member.consumer.resume([{ topic, partitions: [partition] }]));
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

/** kafkajs throws when the partition went to another member meanwhile: then there is nothing to control. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // see above
  }
}
