import type { BrokerConsumer, ConsumerSpec, PartitionControl } from '../broker.ts';
import { pause } from '../pauses.ts';
import { Bell } from '../relay/wake.ts';
import type { GroupMember, MemoryGroup, TopicPartition } from './memory-group.ts';
import type { Fetched, MemoryLog } from './memory-log.ts';
import { Slots } from './slots.ts';

const RECORDS_PER_FETCH = 5_000;
const LOOK_AGAIN_MS = 200;

/** Where a member stands in one partition, for as long as one assignment lasts. */
interface Cursor extends TopicPartition {
  position: bigint;
  paused: boolean;
  /** Counts seeks: a batch that was fetched before one is stale. */
  seeks: number;
  readonly bell: Bell;
}

/** One member of a group. It commits nothing: every assignment starts at the first record, as the Kafka one does. */
export class MemoryMember implements GroupMember, BrokerConsumer {
  readonly #log: MemoryLog;
  readonly #group: MemoryGroup;
  readonly #spec: ConsumerSpec;
  readonly #frozen: () => boolean;
  readonly #slots: Slots;
  #lease = new AbortController();
  /** By partition. */
  #loops = new Map<string, Promise<void>>();
  #closed = false;

  /** @param frozen whether the broker answers no fetch */
  constructor(log: MemoryLog, group: MemoryGroup, spec: ConsumerSpec, frozen: () => boolean) {
    this.#log = log;
    this.#group = group;
    this.#spec = spec;
    this.#frozen = frozen;
    this.#slots = new Slots(spec.partitionsAtOnce);
  }

  get topics(): readonly string[] {
    return this.#spec.topics;
  }

  async revoke(): Promise<void> {
    this.#lease.abort();
    await Promise.all(this.#loops.values());
  }

  assign(partitions: readonly TopicPartition[]): void {
    if (this.#closed) return;
    this.#lease.abort();
    this.#lease = new AbortController();
    const { signal } = this.#lease;
    this.#spec.onAssigned(partitions);
    for (const place of partitions) {
      const key = `${place.topic} ${place.partition}`;
      const before = this.#loops.get(key); // a late batch of an earlier assignment ends first
      this.#loops.set(
        key,
        before === undefined ? this.#read(place, signal) : before.then(() => this.#read(place, signal)),
      );
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.revoke();
    this.#group.leave(this);
  }

  /** The client gives up, as after errors it cannot repeat; it leaves the group at once. */
  crash(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lease.abort();
    this.#group.leave(this);
    this.#spec.onCrash(error);
  }

  async #read(place: TopicPartition, signal: AbortSignal): Promise<void> {
    const cursor: Cursor = { ...place, position: 0n, paused: false, seeks: 0, bell: new Bell() };
    const unlisten = this.#log.listen(() => cursor.bell.ring());
    const ring = (): void => cursor.bell.ring();
    signal.addEventListener('abort', ring);
    try {
      while (!signal.aborted) await this.#step(cursor, signal);
    } catch (error) {
      this.crash(error as Error);
    } finally {
      unlisten();
      signal.removeEventListener('abort', ring);
    }
  }

  async #step(cursor: Cursor, signal: AbortSignal): Promise<void> {
    const fetched =
      cursor.paused || this.#frozen()
        ? undefined
        : this.#log.fetch(cursor.topic, cursor.partition, cursor.position, RECORDS_PER_FETCH);
    if (fetched === undefined || fetched.records.length === 0) return cursor.bell.wait(LOOK_AGAIN_MS);
    const { seeks } = cursor;
    let resolved = false;
    await this.#slots.run(async () => {
      if (signal.aborted || cursor.paused || cursor.seeks !== seeks) return;
      cursor.position = fetched.from;
      const control = this.#control(cursor, () => (resolved = true));
      await this.#spec.onBatch(batchOf(cursor, fetched), control);
    });
    // Nothing was decided: the same records come again, a moment later, as after a fetch.
    if (!resolved && cursor.seeks === seeks) await pause(5, signal);
  }

  #control(cursor: Cursor, onResolved: () => void): PartitionControl {
    const { seeks } = cursor;
    const resume = (): void => {
      cursor.paused = false;
      cursor.bell.ring();
    };
    return {
      done: (offset) => {
        onResolved();
        if (cursor.seeks === seeks && offset >= cursor.position) cursor.position = offset + 1n;
      },
      seek: (offset) => {
        cursor.seeks += 1;
        cursor.position = offset;
        cursor.bell.ring();
      },
      pause: (ms) => {
        cursor.paused = true;
        if (ms !== undefined) setTimeout(resume, ms).unref();
      },
      resume,
      owned: () => !this.#closed && cursor.seeks === seeks,
    };
  }
}

const batchOf = (
  { topic, partition }: Cursor,
  { from, records, end }: Fetched,
): Parameters<ConsumerSpec['onBatch']>[0] => ({
  topic,
  partition,
  fetchedFrom: from,
  records,
  end,
});
