import { isAbove } from '../service/crossing.ts';
import { documentsOf } from '../service/do-commands.ts';
import { customerOf } from '../service/topics.ts';
import type { Stage } from '../stage.ts';
import type { Values } from '../store/rows.ts';
import type { Books } from './books.ts';
import { breachFaults } from './breaches.ts';
import { countFaults } from './counts.ts';
import { recordFaults } from './records.ts';
import { relayFaults } from './relay-order.ts';
import { open } from './settled.ts';
import { highest, toldOn } from './topic-log.ts';

/** Every invariant that does not hold after a run. One that was broken on the way is told alone: others follow from it. */
export function faultsOf(stage: Stage, books: Books, rest: boolean, counted: number): string[] {
  if (books.faults.length > 0) return [...books.faults];
  if (!rest)
    return [
      `no rest after ${Math.round(stage.scheduler.nowMs)} ms: ${open(stage).join('; ') || 'a call has no reply'}`,
    ];
  return [
    ...ownerFaults(stage),
    ...recordFaults(stage),
    ...projectionFaults(stage),
    ...breachFaults(stage),
    ...relayFaults(stage, books.overtaken.aside),
    ...countFaults(stage, counted),
  ];
}

const different = (what: string, found: unknown, wanted: unknown): string[] =>
  String(found) === String(wanted) ? [] : [`${what}: ${String(found)} instead of ${String(wanted)}`];

/** Each command changed its documents once, and the topic tells every version. */
function ownerFaults({ plan, db }: Stage): string[] {
  const commands = new Map<string, number>();
  for (const action of plan.actions) {
    for (const id of documentsOf(action)) commands.set(id, (commands.get(id) ?? 0) + 1);
  }
  return db
    .rows('master')
    .flatMap((row) => different(`commands applied to ${String(row.id)}`, row.version, commands.get(row.id as string)));
}

/** The projection is what a reader of the whole log would hold, each version taken up once. */
function projectionFaults(stage: Stage): string[] {
  const { db, topics, sickness } = stage;
  const told = new Map([
    ...highest(toldOn(stage, topics.receivable.name)),
    ...highest(toldOn(stage, topics.limit.name)),
  ]);
  const accounts = new Map(db.rows('account').map((row) => [row.id as string, row]));
  const sums = new Map<string, number>();
  const faults: string[] = [];
  for (const { id, version, amount_minor } of db.rows('master') as unknown as Owned[]) {
    const newest = told.get(id);
    faults.push(...different(`newest version of ${id} on its topic`, newest?.version, version));
    if (id.endsWith(':limit')) {
      faults.push(...limitFaults(accounts.get(customerOf(id)), version, amount_minor));
      continue;
    }
    const document = db.table('document').get(id)?.committed;
    faults.push(
      ...different(
        `${id} as the projection has it`,
        `v${String(document?.newest)} ${String(document?.balance_minor)}`,
        `v${version} ${amount_minor}`,
      ),
    );
    if (sickness.sick.size === 0)
      faults.push(...different(`versions of ${id} applied`, document?.effects, newest?.taken));
    sums.set(customerOf(id), (sums.get(customerOf(id)) ?? 0) + Number(amount_minor));
  }
  for (const [id, account] of accounts) {
    faults.push(...different(`exposure of ${id}`, account.exposure_minor, sums.get(id) ?? 0));
    faults.push(...different(`breach of ${id} open`, account.breach_open, isAbove(account as never)));
  }
  return faults;
}

interface Owned {
  id: string;
  version: number;
  amount_minor: string;
}

const limitFaults = (account: Values | undefined, version: number, amount: string): string[] =>
  different(
    `limit of ${String(account?.id)}`,
    `v${String(account?.limit_version)} ${String(account?.limit_minor)}`,
    `v${version} ${amount}`,
  );
