import type { Event } from '@cashloop/events';
import type { Plan } from '../faults/plan.ts';
import type { Strikes } from '../faults/strikes.ts';

/** Events that a handler cannot take for a while: each fails so many times, then it is well. */
export class Sickness {
  readonly #left = new Map<string, number>();
  readonly #byCommand: readonly number[];
  readonly #strikes: Strikes;
  /** Events that made a handler fail. */
  readonly sick = new Set<string>();

  constructor(plan: Plan, strikes: Strikes) {
    this.#strikes = strikes;
    this.#byCommand = plan.actions.map((action) => action.sick);
  }

  /** The events that followed from a command. */
  follows(command: number, eventIds: readonly string[]): void {
    const times = this.#byCommand[command] ?? 0;
    for (const id of eventIds) if (times > 0 && !this.#left.has(id)) this.#left.set(id, times);
  }

  check(events: readonly Event[]): void {
    for (const { id } of events) {
      const left = this.#left.get(id) ?? 0;
      if (left === 0) continue;
      // Alone it fails for good; in company it is one more reason to halve the batch.
      if (events.length === 1) this.#left.set(id, left - 1);
      if (!this.sick.has(id)) this.#strikes.note('sick', id);
      this.sick.add(id);
      throw Object.assign(new Error(`cannot take ${id}`), { code: 'simulated.sick' });
    }
  }
}
