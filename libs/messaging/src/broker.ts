import type { RawRecord } from './raw-record.ts';

/** A record on its way to the broker. */
export interface BrokerMessage {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
}

/** Records of one partition, as one fetch brought them. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /**
   * The offset the fetch asked for: everything the broker holds from here to the last record is in `records`, so a hole
   * between two records (a transaction marker) is no loss, while a fetch that began above our offset is.
   */
  readonly fetchedFrom: bigint;
  readonly records: readonly RawRecord[];
  /** Offset the next written record will get. */
  readonly end: bigint;
}

/**
 * What a batch handler may tell the consumer. All calls concern the batch's own partition. `seek`, `pause` and `resume` act
 * on it also when another batch or assignment came since; `done` then does nothing.
 */
export interface PartitionControl {
  /** All records up to and including this offset are done: go on after it. */
  done(offset: bigint): void;
  /** Fetch again from here. */
  seek(offset: bigint): void;
  /** Fetch nothing until the pause is over; what is not done comes again. Without a time: until `resume`. */
  pause(ms?: number): void;
  resume(): void;
  /**
   * False once the consumer is closing, the partition was assigned anew, or somebody sought. That another member has it
   * already may be heard later: the offset row tells then.
   */
  owned(): boolean;
}

export interface ConsumerSpec {
  readonly group: string;
  readonly topics: readonly string[];
  /** Partitions whose batches may be handled at the same time; others may begin while some are late. */
  readonly partitionsAtOnce: number;
  /**
   * Called for every batch; of one partition for one after the other, also across assignments. Must not throw: it decides
   * by `control`. A fetch from where the broker holds nothing goes on at the first record it holds.
   */
  onBatch(batch: FetchedBatch, control: PartitionControl): Promise<void>;
  /** Called on every assignment, before the first batch of it. */
  onAssigned(partitions: readonly { topic: string; partition: number }[]): void;
  /** The client gave up; the caller makes a new consumer. */
  onCrash(error: Error): void;
}

export interface BrokerConsumer {
  /** Ends after the batches in work are done. */
  close(): Promise<void>;
}

export interface BrokerProducer {
  /** Resolves when all in-sync replicas hold all messages. On a rejection nothing is known about any of them. */
  send(messages: readonly BrokerMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** A Kafka-like log. Only the folder kafka/ knows which client speaks to it. */
export interface Broker {
  producer(): Promise<BrokerProducer>;
  consumer(spec: ConsumerSpec): Promise<BrokerConsumer>;
  /** Partition counts of those of the topics that exist. */
  partitionCounts(topics: readonly string[]): Promise<Map<string, number>>;
  createTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Per partition the first offset the broker still holds and the offset the next record will get. */
  offsets(topic: string): Promise<{ partition: number; first: bigint; end: bigint }[]>;
  close(): Promise<void>;
}

/** The broker will never take this message (too large, malformed): repeating does not help. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
}
