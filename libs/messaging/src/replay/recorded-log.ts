import { randomUUID } from 'node:crypto';
import type { Broker, BrokerConsumer, FetchedBatch, PartitionControl } from '../broker.ts';
import { StopPartition } from '../consumer/partition-faults.ts';
import { pause } from '../pauses.ts';
import type { Lane } from './lane.ts';

/** Records kept per partition: what the slowest partition makes the others wait with. */
const KEPT_MAX = 4_000;
const SILENCE_MS = 30_000;

interface Source {
  readonly lanes: Lane[];
  control?: PartitionControl;
  paused: boolean;
}

/** Reads the partitions of all lanes side by side, from where each lane stands, in a consumer group of its own. */
export class RecordedLog {
  readonly #broker: Broker;
  readonly #sources = new Map<string, Source>();
  readonly #topics: string[];
  readonly #group: string;
  #consumer: BrokerConsumer | undefined;
  #fault: Error | undefined;
  #news = Promise.withResolvers<void>();

  constructor(broker: Broker, lanes: readonly Lane[], service: string) {
    this.#broker = broker;
    this.#group = `${service}.replay.${randomUUID()}`;
    for (const lane of lanes) {
      const key = `${lane.place.topic} ${lane.place.partition}`;
      const source = this.#sources.get(key) ?? { lanes: [], paused: false };
      source.lanes.push(lane);
      this.#sources.set(key, source);
    }
    this.#topics = [...new Set(lanes.map((lane) => lane.place.topic))];
  }

  /** Resolves when more records came. @throws StopPartition, or when the broker sends nothing for long */
  async more(): Promise<void> {
    this.#resumeEmptied();
    this.#consumer ??= await this.#connect();
    const ending = new AbortController();
    const silence = pause(SILENCE_MS, ending.signal).then(() => 'silence' as const);
    const what = await Promise.race([this.#news.promise, silence]);
    ending.abort();
    this.#news = Promise.withResolvers<void>();
    if (this.#fault !== undefined) throw this.#fault;
    if (what === 'silence')
      throw new StopPartition(`the broker sent no record of ${this.#topics.join(', ')} for 30 seconds`);
  }

  async close(): Promise<void> {
    await this.#consumer?.close();
  }

  #connect(): Promise<BrokerConsumer> {
    return this.#broker.consumer({
      group: this.#group,
      topics: this.#topics,
      partitionsAtOnce: Math.min(16, this.#sources.size),
      onAssigned: () => undefined,
      onBatch: async (batch, control) => this.#take(batch, control),
      onCrash: (error) => this.#fail(error),
    });
  }

  /** Never waits: the others' records come by the same connection. A partition that is ahead is paused instead. */
  #take(batch: FetchedBatch, control: PartitionControl): void {
    const source = this.#sources.get(`${batch.topic} ${batch.partition}`);
    if (source === undefined) return control.pause();
    source.control = control;
    const wanted = least(source.lanes.map((lane) => lane.fetched));
    if (batch.fetchedFrom > wanted || (batch.records.at(-1)?.offset ?? wanted) < wanted) return control.seek(wanted);
    try {
      for (const lane of source.lanes) lane.accept(batch.records);
    } catch (error) {
      return this.#fail(error as Error);
    }
    const last = batch.records.at(-1);
    if (last !== undefined) control.done(last.offset);
    if (source.lanes.some((lane) => lane.waiting >= KEPT_MAX)) {
      source.paused = true;
      control.pause();
    }
    this.#news.resolve();
  }

  #resumeEmptied(): void {
    for (const source of this.#sources.values()) {
      if (!source.paused || source.lanes.some((lane) => lane.waiting >= KEPT_MAX / 2)) continue;
      source.paused = false;
      source.control?.resume();
    }
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    this.#news.resolve();
  }
}

const least = (offsets: readonly bigint[]): bigint => offsets.reduce((low, one) => (one < low ? one : low));
