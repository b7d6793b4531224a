import { StopPartition } from '../consumer/partition-faults.ts';
import type { BatchTools, Slice } from '../consumer/batch-transaction.ts';
import { decodeBatch, type Item } from '../consumer/decoded-batch.ts';
import { type Place, recordId } from '../consumer/offsets.ts';
import { SliceWork } from '../consumer/slice-work.ts';
import type { BoundHandler } from '../consumer/subscriptions.ts';
import type { RawRecord } from '../raw-record.ts';

export interface LaneStart {
  readonly next: bigint;
  /** Id of the record before `next`, when this lane goes on from an earlier call. */
  readonly lastId: string | null;
}

/** One partition as one projection reads it again: records read but not handled, and how far it got. */
export class Lane {
  readonly place: Place;
  /** Where to read on. */
  fetched: bigint;
  /** Everything below is handled and committed. */
  next: bigint;
  /** Handle nothing from here on. */
  target = 0n;
  readonly #handler: BoundHandler;
  readonly #work: SliceWork;
  readonly #wanted: (record: RawRecord) => boolean;
  #expected: string | null;
  #now = 0;
  #queue: Item[] = [];

  constructor(
    tools: BatchTools,
    place: Place,
    handler: BoundHandler,
    wanted: (record: RawRecord) => boolean,
    start: LaneStart,
  ) {
    this.place = place;
    this.#handler = handler;
    this.#wanted = wanted;
    // The machine's clock has no say in a replay.
    this.#work = new SliceWork({ ...tools, clock: () => new Date(this.#now) }, place, handler);
    this.next = start.next;
    this.#expected = start.lastId;
    this.fetched = start.lastId === null ? start.next : start.next - 1n;
  }

  /** Whether records below the target are to be read or handled. */
  get open(): boolean {
    return this.next < this.target && (this.fetched < this.target || this.head !== undefined);
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Recorded time of the first record to handle; undefined when none is here. */
  get head(): number | undefined {
    const first = this.#queue[0];
    return first === undefined || first.record.offset >= this.target ? undefined : first.record.timestamp;
  }

  /** Takes neighbours in offset order. @throws StopPartition when this is not the topic read before, or too new for us */
  accept(records: readonly RawRecord[]): void {
    const fresh = records.filter((record) => record.offset >= this.fetched);
    const before = fresh.find((record) => record.offset === this.next - 1n);
    if (this.#expected !== null && before !== undefined) this.#compare(before);
    const unread = fresh.filter((record) => record.offset >= this.next);
    const wanted = unread.filter(this.#wanted);
    const { subscription } = this.#handler;
    const { items, beyond } = decodeBatch(subscription.kind === 'events' ? subscription.topic : undefined, wanted);
    if (beyond !== undefined) throw new StopPartition(beyond.message);
    for (const item of items) this.#queue.push(item);
    const last = unread.at(-1);
    // Nobody wants it, but the offset may go behind it: a replay that goes on reads none of these again.
    if (last !== undefined && last !== wanted.at(-1)) this.#queue.push({ kind: 'unknown_type', record: last });
    this.fetched = (fresh.at(-1)?.offset ?? this.fetched - 1n) + 1n;
  }

  /** Whether all records recorded before `until` are here, as far as one slice can take them. */
  holds(until: number, eventsMax: number): boolean {
    if (!this.open || this.fetched >= this.target || this.#queue.length >= eventsMax) return true;
    return (this.#queue.at(-1)?.record.timestamp ?? 0) >= until;
  }

  /** What to handle of the records recorded before `until`. */
  take(until: number, eventsMax: number): Slice | undefined {
    let count = 0;
    for (const { record } of this.#queue) {
      if (count === eventsMax || record.timestamp >= until || record.offset >= this.target) break;
      count += 1;
    }
    return count === 0 ? undefined : { from: this.next, items: this.#queue.splice(0, count) };
  }

  /** Handles a slice as of `now`, the recorded time. @throws passing faults: the same slice may come again */
  apply(slice: Slice, now: number): Promise<void> {
    this.#now = now;
    return this.#work.do(slice, (part) => {
      const last = part.items.at(-1)?.record.offset;
      if (last !== undefined) this.next = last + 1n;
    });
  }

  #compare(record: RawRecord): void {
    if (recordId(record) !== this.#expected) {
      throw new StopPartition(
        `offset ${record.offset} of ${this.place.topic}/${this.place.partition} holds another record than the one read before: the topic was made again or cut`,
      );
    }
    this.#expected = null;
  }
}
