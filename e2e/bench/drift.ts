import type { Books } from './books.ts';

/** A customer as a service has it; one that counts no crossings says null. */
export interface Row {
  id: string;
  minor: string;
  held: boolean;
  crossings: number | null;
}

/** What the readers of a topic know of one customer's hold. */
export interface Told {
  held: boolean;
  minor: string;
  /** How many different things they were told: one for each time it came or went. */
  times: number;
}

/** What a service made of the events. */
export interface Found {
  rows: readonly Row[];
  invoices: number;
  versions: number;
  told: ReadonlyMap<string, Told>;
}

/** How many customers are missing, too many or wrong, in the tables or on the topic, and how many invoices and versions. */
export function differences(books: Books, { rows, invoices, versions, told }: Found): number {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ids = new Set([...books.accounts.keys(), ...byId.keys(), ...told.keys()]);
  const wrong = [...ids].filter((id) => !isRight(books, id, byId.get(id), told.get(id)));
  const twice = rows.length - byId.size;
  return wrong.length + twice + Math.abs(books.invoices - invoices) + Math.abs(books.versions - versions);
}

function isRight(books: Books, id: string, row: Row | undefined, told: Told | undefined): boolean {
  const account = books.accounts.get(id);
  if (account === undefined || row === undefined) return false;
  if (BigInt(row.minor) !== account.exposure || row.held !== account.held) return false;
  if (row.crossings !== null && row.crossings !== account.crossings) return false;
  if (account.crossings === 0) return told === undefined;
  if (told === undefined || told.times !== account.crossings) return false;
  return told.held === account.held && BigInt(told.minor) === account.crossedAt;
}

/** One telling of a hold; a version where there is one. */
export interface Telling {
  id: string;
  held: boolean;
  minor: string;
  version?: number;
}

/** The newest telling of each customer: the highest version, or the last where there are none. */
export function newestOf(tellings: readonly Telling[]): Map<string, Told> {
  const found = new Map<string, { newest: Telling; different: Set<string> }>();
  tellings.forEach((telling, n) => {
    const { id, held, minor, version } = telling;
    const known = found.get(id) ?? { newest: telling, different: new Set() };
    // A relay that died repeats what it sent, in the same words; in other words somebody decided twice.
    known.different.add(version === undefined ? String(n) : `${version} ${held} ${minor}`);
    if ((version ?? n) >= (known.newest.version ?? 0)) known.newest = telling;
    found.set(id, known);
  });
  return new Map(
    [...found].map(([id, { newest, different }]) => [
      id,
      { held: newest.held, minor: newest.minor, times: different.size },
    ]),
  );
}
