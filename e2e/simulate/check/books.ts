import { recordName } from '../service/handled.store.ts';
import type { Stage } from '../stage.ts';
import type { Change } from '../store/database.ts';
import type { Values } from '../store/rows.ts';
import type { Session } from '../store/session.ts';

/** Watches every commit: what must hold at each moment, not only at the end. */
export class Books {
  readonly #stage: Stage;
  readonly faults: string[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.db.onCommit = (changes, session) => this.#committed(changes, session);
  }

  #committed(changes: readonly Change[], session: Session): void {
    this.#stage.trace.say(session.spec.name, () => `commits ${changes.map(told).join(', ')}`);
    for (const { table, before, after } of changes) {
      if (table === 'consumer_offset' && after !== undefined) this.#offsetMoved(before, after);
    }
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
  outbox: 'headers.ce_id',
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
  const fields = (FIELDS[table] ?? '').split(' ').map((field) => {
    const [column = '', inner] = field.split('.');
    const value = values[column];
    return String(inner === undefined ? value : (value as Record<string, unknown>)[inner]);
  });
  return `${after === undefined ? '-' : ''}${table}(${fields.join(' ')})`;
}
