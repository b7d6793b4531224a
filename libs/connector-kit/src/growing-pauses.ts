import { backOffMs } from './back-off.ts';

/** Lets work of a key that keeps failing rest for longer and longer, while other keys go on. */
export class GrowingPauses {
  readonly #policy: { baseMs: number; maxMs: number };
  readonly #failures = new Map<string, { times: number; untilMs: number }>();

  constructor(policy: { baseMs: number; maxMs: number }) {
    this.#policy = policy;
  }

  /** @returns how long the key rests now */
  failed(key: string, nowMs: number): number {
    const times = (this.#failures.get(key)?.times ?? 0) + 1;
    // At least half of the ceiling: a pause near 0 would hammer a system that is down.
    const pauseMs = backOffMs(times + 1, this.#policy, 0.5 + Math.random() / 2);
    this.#failures.set(key, { times, untilMs: nowMs + pauseMs });
    return pauseMs;
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  resting(key: string, nowMs: number): boolean {
    return (this.#failures.get(key)?.untilMs ?? 0) > nowMs;
  }
}
