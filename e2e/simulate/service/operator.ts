import { eventId } from '../broker/refusals.ts';
import type { Owner } from '../clock/scheduler.ts';
import { FAULTS_UNTIL_MS } from '../faults/plan.ts';
import type { Stage } from '../stage.ts';
import { SimulatedClient } from '../store/client.ts';

const LETTERS_EVERY_MS = 4_000;
const OUTBOX_EVERY_MS = 1_500;
const RETRY = `update dead_letter set state = 'retrying', attempts = 0, next_attempt_at = now() where state = 'parked'`;
const PARK = `update outbox set parked_at = now() where id = $1 and parked_at is null returning headers->>'org_id' as org`;
const UNPARK = `update outbox set parked_at = null, error = null where id = $1 and parked_at is not null returning headers->>'org_id' as org`;

/** An operator who looks now and then, and does what `npm run ops` does. */
class Operator implements Owner {
  readonly name = 'operator';
  readonly alive = true;
  readonly stoppedUntilMs = 0;
  readonly #stage: Stage;
  /** From then on the broker takes everything. */
  readonly #takenFromMs: number;

  constructor(stage: Stage) {
    this.#stage = stage;
    const refusals = stage.plan.faults.filter(({ kind }) => kind === 'refuse');
    this.#takenFromMs = FAULTS_UNTIL_MS + Math.max(0, ...refusals.map(({ forMs }) => forMs));
  }

  every(ms: number, look: () => Promise<void>): void {
    this.#stage.scheduler.after(ms, this, () => {
      this.every(ms, look);
      look().catch(() => undefined); // the database is away: the next look may find it
    });
  }

  /** Has parked events tried again, as `ops -- dead-letters retry` does. */
  async letters(): Promise<void> {
    if (this.#stage.db.rows('dead_letter').some((row) => row.state === 'parked')) await this.#do(RETRY);
  }

  /** Sets some refused events aside, as `ops -- outbox park` does, and has them sent after all: at the latest in the end. */
  async outbox(): Promise<void> {
    const { db, scheduler, trace } = this.#stage;
    const draws = scheduler.draws.of('operator');
    const taken = scheduler.nowMs > this.#takenFromMs;
    for (const { id, headers, error, parked_at } of db.rows('outbox')) {
      const parked = parked_at !== null;
      if (parked ? !taken && !draws.chance(0.3) : taken || error === null || !draws.chance(0.1)) continue;
      const name = eventId({ headers: headers as Record<string, string> });
      trace.say(this.name, () => (parked ? `has ${name} sent after all` : `sets ${name} aside`));
      await this.#do(parked ? UNPARK : PARK, [id]);
    }
  }

  async #do(statement: string, params: readonly unknown[] = []): Promise<void> {
    const { scheduler, db, strikes, defect } = this.#stage;
    const client = new SimulatedClient({ owner: this, scheduler, db, strikes, onDefect: defect });
    await client.connect();
    await client.query(statement, params);
    await client.end();
  }
}

export function operate(stage: Stage): void {
  const operator = new Operator(stage);
  operator.every(LETTERS_EVERY_MS, () => operator.letters());
  operator.every(OUTBOX_EVERY_MS, () => operator.outbox());
}
