import type { Scheduler } from '../clock/scheduler.ts';
import type { Trace } from '../trace.ts';
import { type Fault, type FaultKind, strikeOf } from './plan.ts';

/** The faults of a plan that strike whatever comes by first after their time. Each strikes once. */
export class Strikes {
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;
  readonly #untilMs: number;
  readonly #waiting = new Map<FaultKind, Fault[]>();
  /** How often each of them struck, by `strikeOf`. */
  readonly struck = new Map<string, number>();

  constructor(scheduler: Scheduler, trace: Trace, faults: readonly Fault[], untilMs: number) {
    this.#scheduler = scheduler;
    this.#trace = trace;
    this.#untilMs = untilMs;
    for (const fault of faults) this.#waiting.set(fault.kind, [...(this.#waiting.get(fault.kind) ?? []), fault]);
  }

  /** The fault that strikes here and now, if one does. */
  take(kind: FaultKind, what: string, fits: (fault: Fault) => boolean = () => true): Fault | undefined {
    const waiting = this.#waiting.get(kind);
    if (waiting === undefined || this.#scheduler.nowMs > this.#untilMs) return undefined;
    const at = waiting.findIndex((fault) => fault.atMs <= this.#scheduler.nowMs && fits(fault));
    if (at < 0) return undefined;
    const [fault] = waiting.splice(at, 1) as [Fault];
    this.note(strikeOf(fault), what);
    return fault;
  }

  note(strike: string, what: string): void {
    this.struck.set(strike, (this.struck.get(strike) ?? 0) + 1);
    this.#trace.say('FAULT', () => `${strike.replaceAll('_', ' ')}: ${what}`);
  }
}
