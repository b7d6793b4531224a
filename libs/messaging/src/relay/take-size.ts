import type { OutboxRow } from './outbox-queue.ts';

const ROWS_MAX = 4_000;
const ROWS_FIRST = 500;
const BYTES_MAX = 16_777_216;

/** How many rows the relay takes at once: many, but few where each is large. Sizes change slowly, or a first take is large. */
export class TakeSize {
  #rows = Math.min(ROWS_FIRST, ROWS_MAX);

  get rows(): number {
    return this.#rows;
  }

  /** The next rows will be about as large as these. */
  learn(rows: readonly OutboxRow[]): void {
    if (rows.length === 0) return;
    const characters = rows.reduce((sum, { value }) => sum + value.length, 0);
    const fitting = Math.floor((BYTES_MAX * rows.length) / Math.max(1, characters));
    this.#rows = Math.max(1, Math.min(ROWS_MAX, fitting, this.#rows * 2));
  }
}
