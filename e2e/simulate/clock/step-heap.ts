import type { Step } from './scheduler.ts';

const before = (a: Step, b: Step): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** Steps by time, then by the order in which they were made. */
export class StepHeap {
  readonly #steps: Step[] = [];

  push(step: Step): void {
    const steps = this.#steps;
    let at = steps.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(step, steps[parent] as Step)) break;
      steps[at] = steps[parent] as Step;
      at = parent;
    }
    steps[at] = step;
  }

  pop(): Step | undefined {
    const steps = this.#steps;
    const first = steps[0];
    const last = steps.pop();
    if (last !== undefined && steps.length > 0) this.#sink(last);
    return first;
  }

  #sink(step: Step): void {
    const steps = this.#steps;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= steps.length) break;
      if (child + 1 < steps.length && before(steps[child + 1] as Step, steps[child] as Step)) child += 1;
      if (!before(steps[child] as Step, step)) break;
      steps[at] = steps[child] as Step;
      at = child;
    }
    steps[at] = step;
  }
}
