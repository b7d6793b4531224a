import type { BrokerMessage } from '@cashloop/messaging';
import { eventId } from '../broker/refusals.ts';
import { FAULTS_UNTIL_MS } from '../faults/plan.ts';
import type { Stage } from '../stage.ts';

/** Leadership takes 5 s to move, and a relay pauses 3 s at most after a fault. */
const WAITS_MS = 10_000;
const LOOKS_EVERY_MS = 500;

type Row = BrokerMessage & { readonly id: string; readonly parked_at: unknown };

/** An event waits as long as an event of its own key is refused, but for no other key's. */
export class Waiting {
  readonly #stage: Stage;
  #lookedMs = 0;
  /** Per row the time since which nothing keeps it. */
  #since = new Map<string, number>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /**
   * @param awayUntilMs until then a fault keeps somebody away
   * @returns a sentence per row that waits for nothing
   */
  look(awayUntilMs: number): string[] {
    const { nowMs } = this.#stage.scheduler;
    if (nowMs - this.#lookedMs < LOOKS_EVERY_MS) return [];
    this.#lookedMs = nowMs;
    const rows = this.#free();
    this.#since = new Map(rows.map(({ id }) => [id, this.#since.get(id) ?? nowMs]));
    const calmMs = Math.max(FAULTS_UNTIL_MS, awayUntilMs);
    return rows.flatMap((row) => {
      const waitsMs = nowMs - Math.max(calmMs, this.#since.get(row.id) ?? nowMs);
      return waitsMs < WAITS_MS
        ? []
        : [`${eventId(row)} waits ${Math.round(waitsMs)} ms in the outbox, and nothing of its key is refused`];
    });
  }

  /** Rows of keys none of whose events the broker has refused. */
  #free(): Row[] {
    const { db, broker } = this.#stage;
    const rows = (db.rows('outbox') as unknown as Row[]).filter((row) => row.parked_at === null);
    const held = new Set(rows.filter((row) => broker.refusals.knows(row)).map(placeOf));
    return rows.filter((row) => !held.has(placeOf(row)));
  }
}

const placeOf = ({ topic, key }: Row): string => `${topic} ${key}`;
