import type { ConsumerSpec, FetchedBatch, PartitionControl } from '../../../src/index.ts';
import { pause } from '../../../src/pauses.ts';
import { type Fetched, type Fetcher, isOutOfRange, MadeAnew } from './fetcher.ts';
import { Place } from './place.ts';
import { recordsOf } from './records.ts';

const WAIT_MS = 250;
/** While a batch is in work: its partition is wanted again soon. */
const SHORT_WAIT_MS = 20;
const REPEAT_MS = 200;
/** After so long without an answer the caller makes a new consumer. */
const FAILING_MAX_MS = 30_000;

/** Reads the partitions of one member: one fetch at a time, and of each partition one batch at a time. */
export class Reading {
  readonly #fetcher: Fetcher;
  readonly #spec: ConsumerSpec;
  readonly #crash: (error: Error) => void;
  /** Also those that went to another member: a batch of theirs may still be in work when they come back. */
  readonly #places = new Map<string, Place>();
  readonly #waiting: { place: Place; batch: FetchedBatch }[] = [];
  readonly #working = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #changed = Promise.withResolvers<void>();
  #closing = false;
  #failingSince: number | undefined;

  constructor(fetcher: Fetcher, spec: ConsumerSpec, crash: (error: Error) => void) {
    this.#fetcher = fetcher;
    this.#spec = spec;
    this.#crash = crash;
    this.#running = this.#run();
  }

  assign(partitions: readonly { topic: string; partition: number }[]): void {
    for (const { place } of this.#waiting.splice(0)) place.busy = false;
    for (const place of this.#places.values()) place.takeAway();
    for (const { topic, partition } of partitions) {
      const key = `${topic} ${partition}`;
      const place = this.#places.get(key) ?? new Place(topic, partition);
      this.#places.set(key, place);
      place.assign();
    }
    this.#changed.resolve();
  }

  /** Ends after the batches in work are done. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#waiting.length = 0;
    this.#changed.resolve();
    await this.#fetcher.close().catch(() => undefined);
    await Promise.all([this.#running, ...this.#working]);
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      const places = [...this.#places.values()].filter(({ wanted }) => wanted);
      if (places.length === 0) {
        await this.#changed.promise;
        this.#changed = Promise.withResolvers();
        continue;
      }
      try {
        await this.#fetch(places);
      } catch (error) {
        if (this.#closing) return;
        if (this.#givesUp(error as Error)) return this.#crash(error as Error);
        this.#fetcher.forget();
        await pause(REPEAT_MS);
      }
    }
  }

  #givesUp(error: Error): boolean {
    this.#failingSince ??= performance.now();
    return error instanceof MadeAnew || performance.now() - this.#failingSince > FAILING_MAX_MS;
  }

  /** What came is handled even when another partition failed. */
  async #fetch(places: readonly Place[]): Promise<void> {
    const turns = new Map(places.map((place) => [place, place.turn]));
    let failure: Error | undefined;
    const waitMs = this.#working.size > 0 ? SHORT_WAIT_MS : WAIT_MS;
    const answers = await this.#fetcher.fetch(places, waitMs, (error) => (failure = error));
    for (const fetched of answers) {
      const { place } = fetched;
      if (place.turn !== turns.get(place) || !place.wanted) continue;
      if (isOutOfRange(fetched.answer)) place.seek(await this.#fetcher.first(place));
      else if (fetched.answer.errorCode === 0) this.#take(fetched);
    }
    if (failure !== undefined) throw failure;
    this.#failingSince = undefined;
  }

  #take({ place, answer }: Fetched): void {
    const { records, next } = recordsOf(place, answer);
    if (records.length === 0) return void (place.at = next);
    place.busy = true;
    const { topic, partition, from: fetchedFrom } = place;
    this.#waiting.push({ place, batch: { topic, partition, fetchedFrom, records, end: answer.highWatermark } });
    this.#startWork();
  }

  #startWork(): void {
    while (this.#working.size < this.#spec.partitionsAtOnce && !this.#closing) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const work = this.#work(next.place, next.batch).finally(() => {
        this.#working.delete(work);
        next.place.busy = false;
        this.#startWork();
        this.#changed.resolve();
      });
      this.#working.add(work);
    }
  }

  async #work(place: Place, batch: FetchedBatch): Promise<void> {
    await this.#spec.onBatch(batch, this.#controlOf(place, place.turn));
  }

  /** Seek, pause and resume concern the partition whoever calls: the kernel keeps a control beyond its batch. */
  #controlOf(place: Place, turn: number): PartitionControl {
    const owned = (): boolean => place.turn === turn && !this.#closing;
    const changed = (): void => this.#changed.resolve();
    return {
      done: (offset) => {
        if (place.turn === turn) place.goOn(offset + 1n);
      },
      seek: (offset) => {
        place.seek(offset);
        changed();
      },
      pause: (ms) => place.pause(ms, changed),
      resume: () => {
        place.resume();
        changed();
      },
      owned,
    };
  }
}
