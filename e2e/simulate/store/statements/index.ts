import { UnknownStatement } from '../faults.ts';
import { deadLetters } from './dead-letters.ts';
import { inbox } from './inbox.ts';
import { ledger } from './ledger.ts';
import { offsets } from './offsets.ts';
import { outbox } from './outbox.ts';
import { server } from './server.ts';
import { oneSpace, type Statement } from './statement.ts';

const all = [...server, ...offsets, ...outbox, ...deadLetters, ...inbox, ...ledger];
const forms = all.filter((statement) => statement.text instanceof RegExp);
const known = new Map(all.flatMap((one) => (typeof one.text === 'string' ? [[oneSpace(one.text), one] as const] : [])));
const met = new Map<string, Statement>();

/** @throws UnknownStatement: the kernel's SQL changed, and the store has to be taught what the new text does */
export function statementOf(text: string): Statement {
  let statement = met.get(text);
  if (statement !== undefined) return statement;
  statement = known.get(oneSpace(text)) ?? forms.find((form) => (form.text as RegExp).test(text));
  if (statement === undefined) throw new UnknownStatement(text);
  met.set(text, statement);
  return statement;
}
