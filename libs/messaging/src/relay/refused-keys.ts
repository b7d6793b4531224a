import type { OutboxRow } from './outbox-queue.ts';

/** What the broker refuses today it may take later: an operator may raise a limit, or set the event aside. */
const AGAIN_MS = 30_000;

type Place = Pick<OutboxRow, 'topic' | 'key'>;

const nameOf = ({ topic, key }: Place): string => `${topic} ${key}`;

/**
 * Keys with an event that the broker refuses. What stands behind it waits, because readers rely on the order of a key; all
 * other keys go on.
 */
export class RefusedKeys {
  readonly #waiting = new Map<string, { row: OutboxRow; untilMs: number }>();
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never jumps */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  add(row: OutboxRow): void {
    this.#waiting.set(nameOf(row), { row, untilMs: this.#nowMs() + AGAIN_MS });
  }

  /** Those of the rows that may go out. */
  free<R extends Place>(rows: readonly R[]): readonly R[] {
    return this.rows.length === 0 ? rows : rows.filter((row) => !this.#waiting.has(nameOf(row)));
  }

  /** The refused events whose keys wait now. */
  get rows(): OutboxRow[] {
    for (const [name, { untilMs }] of this.#waiting) if (this.#nowMs() > untilMs) this.#waiting.delete(name);
    return [...this.#waiting.values()].map(({ row }) => row);
  }
}
