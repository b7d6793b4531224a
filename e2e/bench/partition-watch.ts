import { Asker } from './asker.ts';

const EVERY_MS = 50;

/** Watches each partition by itself: while one member hangs, the others would hide its standstill. */
export class PartitionWatch {
  readonly #asker: Asker;
  readonly #sql: string;
  readonly #moved = new Map<number, { next: string; atMs: number }>();
  readonly #longest = new Map<number, number>();
  #running = true;
  readonly #watching: Promise<void>;

  /** @param sql answers rows of `partition` and `next_offset` */
  constructor(url: string, sql: string) {
    this.#asker = new Asker(url);
    this.#sql = sql;
    this.#watching = this.#watch();
  }

  /** From now on standstills count; one that began before counts from its beginning. */
  begin(): void {
    this.#longest.clear();
  }

  /** The longest standstill of any partition since `begin`, ms. */
  get longestMs(): number {
    return Math.max(0, ...this.#longest.values());
  }

  /** How many partitions have moved since a moment. */
  movedSince(atMs: number): number {
    return [...this.#moved.values()].filter((one) => one.atMs > atMs).length;
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#watching;
    await this.#asker.end();
  }

  async #watch(): Promise<void> {
    while (this.#running) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      const rows = await this.#asker.rows<{ partition: number; next_offset: string }>(this.#sql);
      for (const { partition, next_offset: next } of rows) this.#see(partition, next, performance.now());
    }
  }

  #see(partition: number, next: string, atMs: number): void {
    const before = this.#moved.get(partition);
    if (before?.next === next) return;
    this.#moved.set(partition, { next, atMs });
    if (before === undefined) return;
    this.#longest.set(partition, Math.max(this.#longest.get(partition) ?? 0, atMs - before.atMs));
  }
}
