import type { Owner } from '../clock/scheduler.ts';
import type { Action } from '../faults/plan.ts';
import type { Stage } from '../stage.ts';

const PATIENCE_MS = 3_000;
const PAUSE_MS = 250;

/** Whoever calls the service: asks one process, then another, with the same Idempotency-Key, until there is a reply. */
export class Caller implements Owner {
  readonly name = 'caller';
  readonly alive = true;
  readonly stoppedUntilMs = 0;
  readonly #stage: Stage;
  unanswered = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  ask(number: number, action: Action): void {
    this.unanswered += 1;
    this.#stage.scheduler.at(action.atMs, this, () => this.#try(number, action, action.process));
  }

  #try(number: number, action: Action, turn: number): void {
    const { scheduler, processes, trace, sickness } = this.#stage;
    const process = processes[turn % processes.length];
    let over = false;
    const end = (act: () => void): void => {
      if (over) return;
      over = true;
      patience.cancelled = true;
      act();
    };
    const again = (): void => this.#try(number, action, turn + 1);
    const patience = scheduler.after(PATIENCE_MS, this, () => end(again));
    if (process === undefined) return;
    trace.say(process.name, () => `asked for ${action.kind} of c${action.customer} (command ${number})`);
    const travelMs = (): number => scheduler.draws.travelMs('caller');
    const answered = (): void => end(() => (this.unanswered -= 1));
    const refused = (): void => end(() => void scheduler.after(PAUSE_MS, this, again));
    scheduler.after(travelMs(), process, () => {
      process
        .command(number, action, (ids) => sickness.follows(number, ids))
        .then(
          () => scheduler.after(travelMs(), this, answered),
          () => scheduler.after(travelMs(), this, refused),
        );
    });
  }
}
