import type { Scheduler } from './clock/scheduler.ts';

/** What happened in a run, a line each, with its virtual time. Written only when somebody will read it. */
export class Trace {
  readonly lines: string[] = [];
  readonly on: boolean;
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, on: boolean) {
    this.#scheduler = scheduler;
    this.on = on;
  }

  say(who: string, what: () => string): void {
    if (!this.on) return;
    const text = what().replace(/\s+/g, ' ').slice(0, 160);
    this.lines.push(`${this.#scheduler.nowMs.toFixed(1).padStart(9)} ms  ${who.padEnd(8)} ${text}`);
  }
}
