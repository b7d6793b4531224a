import type { Books } from './books.ts';
import { differences, type Row } from './drift.ts';
import type { Checked, Place } from './side.ts';

/** Some writes come after the one that counts: their time is over by then. */
const LATE_MS = 10_000;

/** In how many places what a service has, and what it told, differs from a recomputation from the events. */
export async function driftOf(checked: Checked, place: Place, books: Books): Promise<number> {
  const until = Date.now() + LATE_MS;
  for (;;) {
    const drift = await lookUp(checked, place, books);
    if (drift === 0 || checked.writesApart !== true || Date.now() > until) return drift;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function lookUp(checked: Checked, place: Place, books: Books): Promise<number> {
  const { admin } = place;
  const { rows } = await admin.query<Row>(checked.accounts);
  const { rows: sums } = await admin.query<{ n: string; versions: string | null }>(checked.invoices);
  const told = await checked.told(place);
  return differences(books, { rows, invoices: Number(sums[0]!.n), versions: Number(sums[0]!.versions ?? 0), told });
}
