import type { BrokerMessage } from '@cashloop/messaging';
import type { Scheduler } from '../clock/scheduler.ts';

export const eventId = ({ headers }: Pick<BrokerMessage, 'headers'>): string => headers.ce_id ?? '';

interface Refusal {
  readonly untilMs: number;
  /** How often it is refused yet, at most. */
  times: number;
}

/** Events the broker does not take for a while, whoever sends them: as when they are larger than it allows. */
export class Refusals {
  readonly #scheduler: Scheduler;
  readonly #refusals = new Map<string, Refusal>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Refuses it from now on, for so long but not more often. */
  add(message: BrokerMessage, forMs: number, times: number): void {
    this.#refusals.set(eventId(message), { untilMs: this.#scheduler.nowMs + forMs, times });
  }

  /** Those of a send that are refused. */
  among(messages: readonly BrokerMessage[]): BrokerMessage[] {
    return messages.filter((message) => {
      const refusal = this.#refusals.get(eventId(message));
      if (refusal === undefined || refusal.untilMs <= this.#scheduler.nowMs || refusal.times === 0) return false;
      refusal.times -= 1;
      return true;
    });
  }

  /** Whether it is refused, or was. */
  knows(message: Pick<BrokerMessage, 'headers'>): boolean {
    return this.#refusals.has(eventId(message));
  }
}
