import type { BoundRun } from '../consumer/subscriptions.ts';
import type { Logger } from '../logger.ts';
import { metrics } from '../metrics.ts';
import { growingPauseMs, pause } from '../pauses.ts';
import type { Leadership } from '../relay/leadership.ts';
import { inRunSpan } from '../tracing.ts';

const PAUSE_LIMIT_MS = 60_000;

/** Runs the @Runs methods in the leading process, each in its own loop. */
export class Scheduler {
  readonly #leadership: Leadership;
  readonly #clock: () => Date;
  readonly #log: Logger;
  readonly #ending = new AbortController();
  #loops: Promise<void>[] = [];

  constructor(leadership: Leadership, clock: () => Date, log: Logger) {
    this.#leadership = leadership;
    this.#clock = clock;
    this.#log = log;
  }

  start(runs: readonly BoundRun[]): void {
    this.#loops = runs.map((run) => this.#loop(run));
  }

  /** Ends after the runs in work. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#loops);
  }

  async #loop({ options: { name, everyMs }, call }: BoundRun): Promise<void> {
    const { signal } = this.#ending;
    const log = this.#log.child({ run: name });
    for (let failures = 0; ;) {
      await this.#leadership.gained(signal);
      if (signal.aborted) return;
      try {
        await inRunSpan(name, async () => call({ now: this.#clock(), log }));
        failures = 0;
      } catch (error) {
        metrics.runFailures.inc({ run: name });
        log[failures < 3 ? 'warn' : 'error']({ err: error, failures }, 'run failed, it starts again');
        failures += 1;
      }
      const waitMs = failures === 0 ? everyMs : Math.max(everyMs, growingPauseMs(failures, 250, PAUSE_LIMIT_MS));
      await pause(waitMs, signal);
    }
  }
}
