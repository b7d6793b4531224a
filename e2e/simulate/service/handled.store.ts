import type { Event } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';

export const recordName = (topic: string, partition: number, offset: bigint): string =>
  `${topic}/${partition}/${offset}`;

/** One count per record, whatever it changed: a record that a handler gets twice shows here, harmless or not. */
export async function markHandled(tx: Tx, events: readonly Event[]): Promise<void> {
  await tx.query(
    `insert into handled (record, turn, times) select r, nextval('turn'), 1 from unnest($1::text[]) r
      on conflict (record) do update set times = handled.times + 1`,
    [events.map(({ topic, partition, offset }) => recordName(topic, partition, offset))],
  );
}
