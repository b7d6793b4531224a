import { documentsOf } from '../service/do-commands.ts';
import type { Stage } from '../stage.ts';
import type { Books } from './books.ts';
import { different } from './different.ts';
import { type Told, toldOn } from './topic-log.ts';

/** Each command, all of which have their reply by now, changed its documents once; the topics tell every version of it. */
export function documentFaults(stage: Stage, { versions }: Books): string[] {
  const { topics, db } = stage;
  const told = Map.groupBy(
    [topics.receivable.name, topics.limit.name].flatMap((topic) => toldOn(stage, topic)),
    ({ subject }) => subject,
  );
  const commands = commandsByDocument(stage);
  const ids = new Set([...commands.keys(), ...versions.keys(), ...told.keys()]);
  return [...ids].flatMap((id) => [
    ...different(
      `commands applied to ${id}`,
      db.table('master').get(id)?.committed?.version ?? 0,
      commands.get(id) ?? 0,
    ),
    ...toldFaults(id, commands.get(id) ?? 0, versions.get(id) ?? new Map(), told.get(id) ?? []),
  ]);
}

/** How many commands concern each document. It exists when there was one, whatever the tables say. */
export function commandsByDocument({ plan }: Stage): Map<string, number> {
  const ids = plan.actions.flatMap(documentsOf);
  return new Map([...Map.groupBy(ids, (id) => id)].map(([id, all]) => [id, all.length]));
}

/** Versions 1 to n, each as it was committed, and nothing else. */
function toldFaults(id: string, n: number, made: ReadonlyMap<number, string>, told: readonly Told[]): string[] {
  const wanted = Array.from({ length: n }, (_, i) => i + 1);
  const found = [...new Set(told.map(({ version }) => version))].sort((a, b) => a - b);
  const faults = different(`versions of ${id} on its topic`, listed(found), listed(wanted));
  for (const { version, place, body } of told) {
    const amount = body.balance_minor ?? body.limit_in_force_minor;
    faults.push(...different(`amount of version ${version} of ${id} in ${place}`, amount, made.get(version)));
  }
  return faults;
}

const listed = (versions: readonly number[]): string => versions.join(', ') || 'none';
