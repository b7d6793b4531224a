import { isAbove } from '../service/crossing.ts';
import { customerOf } from '../service/topics.ts';
import type { Stage } from '../stage.ts';
import type { Values } from '../store/rows.ts';
import type { Books } from './books.ts';
import { different } from './different.ts';
import { commandsByDocument } from './documents.ts';
import { highest, toldOn } from './topic-log.ts';

/** The projection is what the owner of the documents has, each version taken up once. */
export function projectionFaults(stage: Stage, books: Books): string[] {
  const { db } = stage;
  const accounts = new Map(db.rows('account').map((row) => [row.id as string, row]));
  const sums = new Map<string, number>();
  const faults: string[] = [];
  for (const [id, commands] of commandsByDocument(stage)) {
    const { version, amount_minor: amount } = db.table('master').get(id)?.committed ?? {};
    const state = `v${String(version)} ${String(amount)}`;
    const customer = customerOf(id);
    if (id.endsWith(':limit')) {
      faults.push(...different(`limit of ${customer}`, limitOf(accounts.get(customer)), state));
      continue;
    }
    const document = db.table('document').get(id)?.committed;
    const held = `v${String(document?.newest)} ${String(document?.balance_minor)}`;
    faults.push(...different(`${id} as the projection has it`, held, state));
    const taken = takenUp(stage, books, id, commands);
    if (taken !== undefined) faults.push(...different(`versions of ${id} applied`, document?.effects, taken));
    sums.set(customer, (sums.get(customer) ?? 0) + Number(amount ?? 0));
  }
  for (const id of new Set([...accounts.keys(), ...sums.keys()])) {
    const account = accounts.get(id);
    faults.push(...different(`exposure of ${id}`, account?.exposure_minor, sums.get(id) ?? 0));
    faults.push(...different(`breach of ${id} open`, account?.breach_open, account && isAbove(account as never)));
  }
  return faults;
}

const limitOf = (account: Values | undefined): string =>
  `v${String(account?.limit_version)} ${String(account?.limit_minor)}`;

/**
 * How many versions of a document a handler takes up: all, as they come in order. After the operator set one aside it comes
 * later than its followers, and what a reader of the topic takes up counts; a sick one comes at any time.
 */
function takenUp(stage: Stage, { overtaken }: Books, id: string, commands: number): number | undefined {
  const its = (event: string): boolean => event.startsWith(`${id} v`);
  if ([...stage.sickness.sick].some(its)) return undefined;
  if (![...overtaken.aside].some(its)) return commands;
  return highest(toldOn(stage, stage.topics.receivable.name)).get(id)?.taken;
}
