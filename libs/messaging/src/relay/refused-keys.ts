import type { OutboxRow } from './outbox-queue.ts';

/** What the broker refuses today it may take later: an operator may raise a limit, or set the event aside. */
const AGAIN_MS = 30_000;
const AGAIN_MAX_MS = 600_000;
/** A refused send costs the producer its connection: that others go on, only so many are tried between two takes. */
const TRIED_AT_ONCE = 3;

type Place = Pick<OutboxRow, 'topic' | 'key'>;

const nameOf = ({ topic, key }: Place): string => `${topic} ${key}`;

/**
 * Keys with an event that the broker refuses. What stands behind it waits, because readers rely on the order of a key; all
 * other keys go on. A key stays here until its event was tried again and taken, or is gone: time alone frees none, or a
 * later event in hand could pass the refused one.
 */
export class RefusedKeys {
  readonly #waiting = new Map<string, { row: OutboxRow; dueMs: number; refusals: number }>();
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never jumps */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** @returns how often in a row its event was refused */
  add(row: OutboxRow): number {
    const refusals = (this.#waiting.get(nameOf(row))?.refusals ?? 0) + 1;
    const dueMs = this.#nowMs() + Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** (refusals - 1));
    this.#waiting.set(nameOf(row), { row, dueMs, refusals });
    return refusals;
  }

  release(place: Place): void {
    this.#waiting.delete(nameOf(place));
  }

  /** Those of the rows that may go out. */
  free<R extends Place>(rows: readonly R[]): readonly R[] {
    return this.#waiting.size === 0 ? rows : rows.filter((row) => !this.#waiting.has(nameOf(row)));
  }

  /** The refused events. */
  get rows(): OutboxRow[] {
    return [...this.#waiting.values()].map(({ row }) => row);
  }

  /** Those to be tried now. */
  get due(): OutboxRow[] {
    const nowMs = this.#nowMs();
    const due = [...this.#waiting.values()].filter(({ dueMs }) => dueMs <= nowMs);
    return due.slice(0, TRIED_AT_ONCE).map(({ row }) => row);
  }
}
