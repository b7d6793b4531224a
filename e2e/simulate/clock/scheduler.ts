import type { Draws } from './draws.ts';
import { StepHeap } from './step-heap.ts';

/** A simulated process. Steps of a dead one never happen, those of a stopped one happen when it goes on. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  /** Virtual time at which a stopped process goes on; in the past while it runs. */
  stoppedUntilMs: number;
}

export interface Step {
  atMs: number;
  readonly order: number;
  /** Undefined for the servers, which do not die. */
  readonly owner: Owner | undefined;
  readonly act: () => void;
  cancelled: boolean;
}

const realImmediate = setImmediate;
const START_MS = 1_768_478_400_000; // 2026-01-15T12:00:00Z

/**
 * Time and order of everything. A step belongs to one process; all that runs until its promises are settled belongs to
 * it too, because nothing crosses from one process to another but by another step.
 */
export class Scheduler {
  readonly draws: Draws;
  readonly #steps = new StepHeap();
  #order = 0;
  nowMs = 0;
  current: Owner | undefined;
  taken = 0;

  constructor(draws: Draws) {
    this.draws = draws;
  }

  /** As Date.now() shows it. */
  get wallMs(): number {
    return START_MS + Math.floor(this.nowMs);
  }

  after(delayMs: number, owner: Owner | undefined, act: () => void): Step {
    return this.at(this.nowMs + Math.max(0, delayMs), owner, act);
  }

  at(atMs: number, owner: Owner | undefined, act: () => void): Step {
    this.#order += 1;
    const step = { atMs, order: this.#order, owner, act, cancelled: false };
    this.#steps.push(step);
    return step;
  }

  /** Takes steps until `over` says so, or until the virtual deadline. @returns whether `over` did */
  async run(over: () => boolean, deadlineMs: number): Promise<boolean> {
    await new Promise<void>((resolve) => realImmediate(resolve)); // once a run Node may see to its own affairs
    for (;;) {
      if (over()) return true;
      const step = this.#steps.pop();
      if (step === undefined || step.atMs > deadlineMs) return false;
      const { owner } = step;
      if (step.cancelled || owner?.alive === false) continue;
      if (owner !== undefined && owner.stoppedUntilMs > step.atMs) {
        step.atMs = owner.stoppedUntilMs;
        this.#steps.push(step);
        continue;
      }
      this.nowMs = step.atMs;
      this.current = owner;
      this.taken += 1;
      step.act();
      await new Promise<void>((resolve) => process.nextTick(resolve)); // ticks wait until all promises are settled
      this.current = undefined;
    }
  }
}
