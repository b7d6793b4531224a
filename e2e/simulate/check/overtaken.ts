import type { BrokerMessage } from '@cashloop/messaging';
import type { Appended } from '../broker/broker-server.ts';
import { eventId } from '../broker/refusals.ts';
import type { Database } from '../store/database.ts';

interface Waiting {
  readonly name: string;
  readonly place: string;
  readonly id: number;
  /** The commit that brought it. */
  readonly commit: number;
}

/**
 * Whoever sees a row of the outbox sees those that were committed before it, too: so in one life of a relay, no event goes
 * out before such a one of its key with a lower id, however long the broker refuses that one.
 */
export class Overtaken {
  readonly #db: Database;
  readonly #sent = new Set<string>();
  /** Events that somebody set aside: later ones of their keys may pass them. */
  readonly aside = new Set<string>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** @returns what is wrong with this record, if something is */
  sent({ by, message }: Appended): string | undefined {
    const name = eventId(message);
    this.#sent.add(`${by} ${name}`);
    const waiting = this.#waiting();
    const row = waiting.find((one) => one.name === name);
    if (row === undefined) return undefined; // another relay sent it, too
    const passed = waiting.find(
      (one) =>
        one.place === row.place &&
        one.id < row.id &&
        one.commit <= row.commit &&
        !this.aside.has(one.name) &&
        !this.#sent.has(`${by} ${one.name}`),
    );
    return passed === undefined ? undefined : `relay ${by} sent ${name} before ${passed.name} of the same key`;
  }

  #waiting(): Waiting[] {
    return [...this.#db.table('outbox').values()].flatMap(({ committed, versions }) => {
      if (committed === undefined) return [];
      const row = committed as unknown as BrokerMessage & { id: string };
      const place = `${row.topic} ${row.key}`;
      return [{ name: eventId(row), place, id: Number(row.id), commit: versions[0]?.commit ?? 0 }];
    });
  }
}
