import { batches } from '../ledger/spool.ts';
import type { BulkCustomer } from '../ledger/documents.ts';
import { otherName } from '../ledger/customer-book.ts';
import type { Refusals } from './refusals.ts';
import type { BulkAnswer, StandIn } from './stand-in.ts';

/** What the stand-in made of all rows. */
export interface Sent {
  created: number;
  /** There before, with the same content. */
  skipped: number;
  refused: number;
}

/** Most rows the stand-in takes in one call. */
export const rowsPerCall = 5000;

/** Where an interrupted run stopped, and where this one is: calls acknowledged so far. */
export interface Position {
  done: number;
  advance(done: number): void;
}

/**
 * Sends spools one after the other. Calls that an earlier run saw acknowledged are left out; all others may safely be
 * repeated, since every row carries a key.
 */
export async function sendRows(
  standIn: StandIn,
  realm: string,
  spools: readonly { path: string }[],
  position: Position,
  refusals: Refusals,
  onRows: (rows: number) => void,
): Promise<Sent> {
  const sent: Sent = { created: 0, skipped: 0, refused: 0 };
  let call = 0;
  let rows = 0;
  for (const { path } of spools) {
    for await (const lines of batches(path, rowsPerCall)) {
      call++;
      rows += lines.length;
      if (call > position.done) {
        add(sent, await sendCall(standIn, realm, lines, refusals));
        position.advance(call);
      }
      onRows(rows);
    }
  }
  return sent;
}

function add(sent: Sent, answer: Sent): void {
  sent.created += answer.created;
  sent.skipped += answer.skipped;
  sent.refused += answer.refused;
}

async function sendCall(standIn: StandIn, realm: string, lines: readonly string[], refusals: Refusals): Promise<Sent> {
  const answer = await standIn.bulk(realm, lines);
  const { errors, ...counts } = withoutKnownCustomers(answer, lines);
  const renamed = errors.filter(({ code, line }) => code === 'bulk.duplicate_name' && lines[line - 1] !== undefined);
  for (const error of errors) if (!renamed.includes(error)) refusals.add(error, lines[error.line - 1] ?? '');
  const sent = { ...counts, refused: errors.length - renamed.length };
  if (renamed.length > 0)
    add(
      sent,
      await sendRenamed(
        standIn,
        realm,
        renamed.map(({ line }) => lines[line - 1]!),
        refusals,
      ),
    );
  return sent;
}

/** A customer that is there under its key is the same customer, whatever its name and notes say by now. */
function withoutKnownCustomers(answer: BulkAnswer, lines: readonly string[]): BulkAnswer {
  const known = answer.errors.filter(
    ({ code, line }) => code === 'bulk.key_reused' && (lines[line - 1] ?? '').startsWith('{"kind":"customer"'),
  );
  return {
    created: answer.created,
    skipped: answer.skipped + known.length,
    errors: answer.errors.filter((error) => !known.includes(error)),
  };
}

/** Another customer of the company has the name: an earlier ledger's, in another currency perhaps. */
async function sendRenamed(
  standIn: StandIn,
  realm: string,
  lines: readonly string[],
  refusals: Refusals,
): Promise<Sent> {
  const renamed = lines.map((line) => {
    const row = JSON.parse(line) as BulkCustomer;
    return JSON.stringify({ ...row, display_name: otherName(row) });
  });
  const { errors, created, skipped } = withoutKnownCustomers(await standIn.bulk(realm, renamed), renamed);
  for (const error of errors) refusals.add(error, renamed[error.line - 1] ?? '');
  return { created, skipped, refused: errors.length };
}
