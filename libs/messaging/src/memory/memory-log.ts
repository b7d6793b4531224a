import type { BrokerMessage } from '../broker.ts';
import type { RawRecord } from '../raw-record.ts';
import { partitionOf } from './murmur2.ts';

/** A topic or partition that is not there, as a broker answers it. */
export class UnknownTopic extends Error {
  override readonly name = 'UnknownTopic';
  readonly type = 'UNKNOWN_TOPIC_OR_PARTITION';

  constructor(topic: string) {
    super(`this server does not host topic ${topic}`);
  }
}

interface Partition {
  /** Offset of records[0]. */
  first: bigint;
  records: RawRecord[];
}

export interface Fetched {
  /** Where the fetch began: the position asked for, or the first record when that one was out of range. */
  from: bigint;
  records: readonly RawRecord[];
  end: bigint;
}

const endOf = (partition: Partition): bigint => partition.first + BigInt(partition.records.length);

/** Topics in memory: append-only partitions whose records keep their offsets. Shared by all clients of a test. */
export class MemoryLog {
  readonly #topics = new Map<string, Partition[]>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  #keyless = 0;

  /** @param now the broker's clock, ms */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Calls back after every change. @returns ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  create(topic: string, partitions: number): void {
    if (this.#topics.has(topic)) return;
    this.#topics.set(
      topic,
      Array.from({ length: partitions }, () => ({ first: 0n, records: [] })),
    );
    this.#changed();
  }

  /** Deletes a topic; one that is created again under its name starts at offset 0. */
  delete(topic: string): void {
    this.#topics.delete(topic);
    this.#changed();
  }

  /** What retention does: records before `offset` are gone. */
  trim(topic: string, partition: number, offset: bigint): void {
    const found = this.#partition(topic, partition);
    const gone = Number(offset - found.first);
    if (gone <= 0) return;
    found.records.splice(0, gone);
    found.first = offset;
  }

  partitionCount(topic: string): number | undefined {
    return this.#topics.get(topic)?.length;
  }

  offsets(topic: string): { partition: number; first: bigint; end: bigint }[] {
    const partitions = this.#topics.get(topic);
    if (partitions === undefined) throw new UnknownTopic(topic);
    return partitions.map((one, partition) => ({ partition, first: one.first, end: endOf(one) }));
  }

  append(message: BrokerMessage): void {
    const partitions = this.#topics.get(message.topic);
    if (partitions === undefined) throw new UnknownTopic(message.topic);
    const key = message.key === null ? null : Buffer.from(message.key);
    const number = key === null ? this.#keyless++ % partitions.length : partitionOf(key, partitions.length);
    const partition = partitions[number] as Partition;
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, Buffer.from(value)]),
    );
    partition.records.push({
      topic: message.topic,
      partition: number,
      offset: endOf(partition),
      key,
      value: Buffer.from(message.value),
      headers,
      headerList: Object.entries(headers),
      timestamp: this.#now(),
    });
    this.#changed();
  }

  /** Up to `max` records from `position`. A position out of range begins at the first record, as "earliest" says. */
  fetch(topic: string, partition: number, position: bigint, max: number): Fetched {
    const found = this.#partition(topic, partition);
    const end = endOf(found);
    const from = position < found.first || position > end ? found.first : position;
    const start = Number(from - found.first);
    return { from, records: found.records.slice(start, start + max), end };
  }

  /** All records of a topic, partition after partition. */
  records(topic: string): RawRecord[] {
    return (this.#topics.get(topic) ?? []).flatMap((partition) => partition.records);
  }

  #partition(topic: string, partition: number): Partition {
    const found = this.#topics.get(topic)?.[partition];
    if (found === undefined) throw new UnknownTopic(topic);
    return found;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
