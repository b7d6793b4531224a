import { eventId } from '../broker/refusals.ts';
import { recordName } from '../service/handled.store.ts';
import type { Stage } from '../stage.ts';
import type { Change } from '../store/database.ts';
import type { Values } from '../store/rows.ts';
import type { Session } from '../store/session.ts';
import { Overtaken } from './overtaken.ts';
import { Waiting } from './waiting.ts';

/** Watches every commit and every record: what must hold at each moment, not only at the end. */
export class Books {
  readonly #stage: Stage;
  readonly #waiting: Waiting;
  readonly overtaken: Overtaken;
  /** The amounts of each document by version, as they were committed. */
  readonly versions = new Map<string, Map<number, string>>();
  readonly faults: string[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#waiting = new Waiting(stage);
    this.overtaken = new Overtaken(stage.db);
    stage.broker.onAppend = (appended) => {
      const fault = this.overtaken.sent(appended);
      if (fault !== undefined) this.faults.push(fault);
    };
    stage.db.onCommit = (changes, session) => this.#committed(changes, session);
  }

  /** @param awayUntilMs until then a fault keeps somebody away */
  look(awayUntilMs: number): void {
    this.faults.push(...this.#waiting.look(awayUntilMs));
  }

  #committed(changes: readonly Change[], session: Session): void {
    this.#stage.trace.say(session.spec.name, () => `commits ${changes.map(told).join(', ')}`);
    for (const { table, before, after } of changes) {
      if (table === 'consumer_offset' && after !== undefined) this.#offsetMoved(before, after);
      if (table === 'master' && after !== undefined) this.#versionMade(after);
      if (table === 'outbox' && typeof after?.parked_at === 'number') this.overtaken.aside.add(eventId(after as never));
    }
  }

  #versionMade({ id, version, amount_minor }: Values): void {
    const versions = this.versions.get(id as string) ?? new Map<number, string>();
    this.versions.set(id as string, versions.set(version as number, amount_minor as string));
  }

  /** An offset may only pass records whose effects are committed with it or were before. */
  #offsetMoved(before: Values | undefined, after: Values): void {
    const { projection, topic, partition } = after as { projection: string; topic: string; partition: number };
    const [from, to] = [BigInt((before?.next_offset as string | undefined) ?? 0), BigInt(after.next_offset as string)];
    const place = `${projection} ${topic}/${partition}`;
    if (to < from) this.faults.push(`offset of ${place} went back from ${from} to ${to}`);
    for (let offset = from; offset < to; offset += 1n) {
      const name = recordName(topic, partition, offset);
      const handled = this.#stage.db.table('handled').get(name)?.committed !== undefined;
      const aside = this.#stage.db.table('dead_letter').get(`${projection}/${name}`)?.committed !== undefined;
      if (!handled && !aside)
        this.faults.push(`offset of ${place} went to ${to}, but record ${offset} was not handled`);
    }
  }
}

const FIELDS: Readonly<Record<string, string>> = {
  outbox: 'headers.ce_id error',
  master: 'id version amount_minor',
  account: 'id limit_minor exposure_minor breach_open version',
  document: 'id newest balance_minor',
  handled: 'record times',
  consumer_offset: 'projection partition next_offset',
  inbox: 'key',
  dead_letter: 'record_offset state attempts',
};

function told({ table, before, after }: Change): string {
  const values = after ?? before ?? {};
  const fields = (FIELDS[table] ?? '').split(' ').flatMap((field) => {
    const [column = '', inner] = field.split('.');
    const value = values[column];
    if (value === null) return [];
    return String(inner === undefined ? value : (value as Record<string, unknown>)[inner]);
  });
  return `${after === undefined ? '-' : ''}${table}(${fields.join(' ')})`;
}
