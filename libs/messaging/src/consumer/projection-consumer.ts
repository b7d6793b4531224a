import type { Broker, BrokerConsumer, FetchedBatch, PartitionControl } from '../broker.ts';
import { metrics } from '../metrics.ts';
import { endOf, growingPauseMs, pause, within } from '../pauses.ts';
import type { BatchTools } from './batch-transaction.ts';
import { offsetsOf } from './offsets.ts';
import { PartitionReader } from './partition-reader.ts';
import { type BoundHandler, topicsOf } from './subscriptions.ts';

export interface ProjectionSpec {
  readonly projection: string;
  readonly group: string;
  readonly handlers: readonly BoundHandler[];
  readonly eventsMax: number;
  readonly partitionsAtOnce: number;
}

/** How often a running process notices that an operator moved an offset or cleared a stop. */
const REVIEW_MS = 3_000;
/** How long an end waits for a join under way: the broker may be away. */
const LEAVE_MS = 3_000;

/** All partitions of one projection that this process reads: one member of one consumer group. */
export class ProjectionConsumer {
  readonly spec: ProjectionSpec;
  readonly #broker: Broker;
  readonly #tools: BatchTools;
  readonly #handlers = new Map<string, BoundHandler>();
  readonly #readers = new Map<string, PartitionReader>();
  readonly #ending = new AbortController();
  #assigned = new Set<string>();
  #joined = false;
  #consumer: BrokerConsumer | undefined;
  #running: Promise<void> | undefined;

  constructor(broker: Broker, tools: BatchTools, spec: ProjectionSpec) {
    this.#broker = broker;
    this.#tools = tools;
    this.spec = spec;
    for (const handler of spec.handlers) {
      for (const topic of topicsOf(handler.subscription)) this.#handlers.set(topic, handler);
    }
  }

  get topics(): string[] {
    return [...this.#handlers.keys()];
  }

  /** True once the group gave this member its share, which may be none. */
  get joined(): boolean {
    return this.#joined;
  }

  /** The partitions assigned to this process. */
  get readers(): PartitionReader[] {
    return [...this.#assigned].map((key) => this.#readers.get(key) as PartitionReader);
  }

  start(): void {
    if (this.#running === undefined) metrics.recoverySeconds.zero({ projection: this.spec.projection });
    this.#running ??= this.#run();
  }

  /** Finishes the batches in work, then leaves the group. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  /** A client that gave up is replaced by a new one, for ever: a broker may be away for hours. */
  async #run(): Promise<void> {
    const { signal } = this.#ending;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const connection = new AbortController();
      const end = (): void => connection.abort();
      signal.addEventListener('abort', end);
      try {
        const connecting = this.#connect((error) => {
          this.#tools.log.warn(
            { projection: this.spec.projection, err: error },
            'consumer lost its broker, joining again',
          );
          end();
        });
        await endOf(connecting, signal); // the broker may be away for long
        // Who joins while it ends must leave again, or its share waits for the end of its session.
        if (signal.aborted)
          return await within(
            connecting.then((late) => late.close()),
            LEAVE_MS,
          );
        this.#consumer = await connecting;
        if (this.#joined) failures = 0; // a client may be there and yet give up while it joins
        await this.#review(connection.signal);
      } catch (error) {
        this.#tools.log.warn(
          { projection: this.spec.projection, err: error },
          'consumer could not start, trying again',
        );
      }
      signal.removeEventListener('abort', end);
      this.#joined = false;
      await this.#consumer?.close().catch(() => undefined);
      this.#consumer = undefined;
      if (!signal.aborted) await pause(growingPauseMs(failures, 100, 3_000), signal);
    }
  }

  #connect(onCrash: (error: Error) => void): Promise<BrokerConsumer> {
    return this.#broker.consumer({
      group: this.spec.group,
      topics: this.topics,
      partitionsAtOnce: this.spec.partitionsAtOnce,
      onAssigned: (partitions) => this.#onAssigned(partitions),
      onBatch: (batch, control) => this.#take(batch, control),
      onCrash,
    });
  }

  async #take(batch: FetchedBatch, control: PartitionControl): Promise<void> {
    const reader = this.#reader(batch.topic, batch.partition);
    await reader.take(batch, control);
    if (!this.#has(reader)) this.#forget(reader); // the batch was late
  }

  #reader(topic: string, partition: number): PartitionReader {
    const key = `${topic} ${partition}`;
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      const place = { projection: this.spec.projection, topic, partition };
      reader = new PartitionReader(this.#tools, place, this.#handlers.get(topic) as BoundHandler, this.spec.eventsMax);
      this.#readers.set(key, reader);
    }
    return reader;
  }

  /** At once and without a look-up: the first batch after it already finds its reader fresh. */
  #onAssigned(partitions: readonly { topic: string; partition: number }[]): void {
    const before = this.readers;
    this.#assigned = new Set(partitions.map(({ topic, partition }) => `${topic} ${partition}`));
    for (const reader of before) this.#forget(reader);
    for (const { topic, partition } of partitions) this.#reader(topic, partition).reset();
    this.#joined = true;
    void this.#reviewAll();
  }

  #has({ place }: PartitionReader): boolean {
    return this.#assigned.has(`${place.topic} ${place.partition}`);
  }

  /** Whoever reads it now reports on it. */
  #forget(reader: PartitionReader): void {
    if (!this.#has(reader)) reader.left();
    metrics.consumerLag.remove({ ...reader.place });
    metrics.partitionStopped.remove({ ...reader.place });
    metrics.failingSince.remove({ ...reader.place });
  }

  async #review(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(REVIEW_MS, signal);
      if (!signal.aborted) await endOf(this.#reviewAll(), signal); // the broker may not answer
    }
  }

  /** A topic that is away hides nothing of the others. */
  async #reviewAll(): Promise<void> {
    for (const topic of this.topics) await this.#reviewTopic(topic).catch(() => undefined);
  }

  /** Rows first, then the broker's ends: what is handled in between must not look like a topic that lost records. */
  async #reviewTopic(topic: string): Promise<void> {
    const readers = this.readers.filter((reader) => reader.place.topic === topic);
    if (readers.length === 0) return;
    const seen = readers.map(({ next, stopWritten }) => ({ next, stopWritten }));
    const partitions = readers.map((reader) => reader.place.partition);
    const rows = await this.#tools.runner.run([], (tx) => offsetsOf(tx, this.spec.projection, topic, partitions));
    const offsets = await this.#broker.offsets(topic).catch((error: unknown) => {
      for (const reader of readers) reader.recheck(); // it may be gone, and come again as another one
      throw error;
    });
    const ends = new Map(offsets.map(({ partition, end }) => [partition, end]));
    for (const [i, reader] of readers.entries()) {
      const row = rows.get(reader.place.partition);
      const end = ends.get(reader.place.partition);
      if (row === undefined || end === undefined || !this.#has(reader)) continue;
      await reader.review(row, end, seen[i]?.next, seen[i]?.stopWritten);
      if (!this.#has(reader)) this.#forget(reader);
    }
  }
}
