import { countRequest, type RateAnswer, type RateRule, type WindowCount } from '../../domain/sliding-window.ts';

const KEYS_MAX = 20_000;

/** Counts in this process: while Redis is away, each replica grants the whole limit. */
export class LocalCounter {
  readonly #counts = new Map<string, WindowCount>();

  count(key: string, rule: RateRule, add: boolean, nowMs = Date.now()): RateAnswer {
    const known = this.#counts.get(key) ?? { window: 0, current: 0, previous: 0 };
    const { count, answer } = countRequest(known, rule, nowMs);
    if (add) this.#keep(key, count);
    return answer;
  }

  /** The longest unused key goes when there are too many: made-up addresses must not fill the memory. */
  #keep(key: string, count: WindowCount): void {
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > KEYS_MAX) this.#counts.delete(this.#counts.keys().next().value!);
  }
}
