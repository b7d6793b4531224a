import type { Scheduler, Step } from './scheduler.ts';

/** What setTimeout and setInterval give back: cancellable, and with the `unref` the kernel calls. */
interface Timer {
  step: Step | undefined;
  unref(): Timer;
  ref(): Timer;
}

const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] as const;

/**
 * Puts virtual time and seeded chance where the kernel finds the machine's. Timers belong to the process that is at work.
 *
 * @returns puts the machine's back
 */
export function virtualGlobals(scheduler: Scheduler): () => void {
  const real = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  const realRandom = Math.random;
  Object.assign(globalThis, timersOf(scheduler), {
    Date: dateOf(scheduler, Date),
    performance: { now: () => scheduler.nowMs },
  });
  Math.random = () => scheduler.draws.of(`chance of ${scheduler.current?.name ?? ''}`).next();
  return () => {
    Object.assign(globalThis, real);
    Math.random = realRandom;
  };
}

function timersOf(scheduler: Scheduler): object {
  const timer = (): Timer => ({
    step: undefined,
    unref() {
      return this;
    },
    ref() {
      return this;
    },
  });
  const clear = (made: Timer | undefined): void => {
    if (made?.step !== undefined) made.step.cancelled = true;
  };
  return {
    setTimeout: (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer => {
      const made = timer();
      made.step = scheduler.after(Math.max(1, ms), scheduler.current, () => act(...args));
      return made;
    },
    setInterval: (act: (...args: unknown[]) => void, ms = 1, ...args: unknown[]): Timer => {
      const made = timer();
      const owner = scheduler.current;
      const again = (): void => {
        made.step = scheduler.after(Math.max(1, ms), owner, again);
        act(...args);
      };
      made.step = scheduler.after(Math.max(1, ms), owner, again);
      return made;
    },
    clearTimeout: clear,
    clearInterval: clear,
  };
}

/** A proxy, so that dates made before and after are instances of the same class. */
const dateOf = (scheduler: Scheduler, real: DateConstructor): DateConstructor =>
  new Proxy(real, {
    construct: (target, args: unknown[]) =>
      args.length === 0 ? new target(scheduler.wallMs) : new target(...(args as [number])),
    get: (target, name) => (name === 'now' ? () => scheduler.wallMs : (Reflect.get(target, name) as unknown)),
  });
