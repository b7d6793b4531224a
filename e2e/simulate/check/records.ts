import type { Stage } from '../stage.ts';
import { type Told, toldOn } from './topic-log.ts';

/** Every record of a consumed topic was handled exactly once, in the order of its partition. */
export function recordFaults(stage: Stage): string[] {
  const { db, topics, sickness } = stage;
  return [topics.receivable.name, topics.limit.name].flatMap((topic) => {
    const told = toldOn(stage, topic);
    const times = told.flatMap(({ place, id }) => {
      const found = (db.table('handled').get(place)?.committed?.times as number | undefined) ?? 0;
      return found === 1 ? [] : [`record ${place} (${id}) was handled ${found} times`];
    });
    // A record set aside comes later than its followers.
    return [
      ...times,
      ...orderFaults(
        stage,
        told.filter(({ id }) => !sickness.sick.has(id)),
      ),
    ];
  });
}

function orderFaults({ db }: Stage, told: readonly Told[]): string[] {
  const last = new Map<number, { turn: number; place: string }>();
  return told.flatMap(({ place, partition, id }) => {
    const turn = (db.table('handled').get(place)?.committed?.turn as number | undefined) ?? 0;
    const before = last.get(partition);
    last.set(partition, { turn, place });
    return before === undefined || turn > before.turn
      ? []
      : [`record ${place} (${id}) was handled before ${before.place}`];
  });
}
