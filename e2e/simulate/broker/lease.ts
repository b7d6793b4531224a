import { Slots } from '@cashloop/messaging/memory';
import type { Share } from './broker-server.ts';

/** Where a member stands in one partition, for as long as one assignment lasts. */
export class Cursor implements Share {
  readonly topic: string;
  readonly partition: number;
  position = 0n;
  paused = false;
  /** Counts seeks: what was fetched before one is stale. */
  seeks = 0;
  #changes: (() => void)[] = [];

  constructor({ topic, partition }: Share) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Resolves with the next seek, pause, resume or end. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#changes.push(resolve));
  }

  change(): void {
    for (const tell of this.#changes.splice(0)) tell();
  }

  seek(position: bigint): void {
    this.seeks += 1;
    this.position = position;
    this.change();
  }

  pause(): void {
    this.paused = true;
    this.change();
  }

  resume(): void {
    this.paused = false;
    this.change();
  }
}

/** One assignment of a member: the loops that read its partitions. */
export class Lease {
  readonly slots: Slots;
  readonly #cursors: Cursor[] = [];
  readonly #loops: Promise<void>[] = [];
  over = false;

  constructor(atOnce: number) {
    this.slots = new Slots(atOnce);
  }

  add(share: Share, read: (cursor: Cursor) => Promise<void>): void {
    const cursor = new Cursor(share);
    this.#cursors.push(cursor);
    this.#loops.push(read(cursor));
  }

  /** Fetches no more; resolves when the batches in work are done. */
  async end(): Promise<void> {
    this.over = true;
    for (const cursor of this.#cursors) cursor.change();
    await Promise.all(this.#loops);
  }
}
