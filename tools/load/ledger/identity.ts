import type { Mapping } from '../columns/mapping.ts';
import { rowCounter } from '../columns/header-words.ts';
import { isEmpty } from '../values/empty.ts';
import { readIdentifier } from '../values/identifier.ts';
import { plain } from '../values/text.ts';
import { DigestTable, digestOf } from './digest-table.ts';

/** What tells one document from another: a column unique in the file, or five fields together. */
export type Identity = { kind: 'column'; column: number } | { kind: 'together' };

const nameLike =
  /\b(id|no|nr|num|number|nummer|numero|key|guid|uuid|code|ref|reference|belnr|vbeln|xblnr|doc|docnum|invoice|rechnung|facture|factura|fattura|voucher|belegnr|nbr)\b|nummer$|nr$|number$|\bid$/;
// Unique by chance in a small file, and no name of a document.
const neverUnique =
  /\b(amount|betrag|date|datum|fecha|total|balance|days?|time|ts|timestamp|phone|e ?mail|address|tax|customer|client|debitor|debtor|kunden?)\b/;

/** Headers of the columns that a company's documents are known by, in the order of its loads; null for five fields together. */
export type KeptIdentities = readonly (string | null)[];

/** What a person told, else what earlier loads of the company took: other keys would load every document anew. */
export function keptIdentity({ headers, columns, told }: Mapping, kept: KeptIdentities): Identity | undefined {
  if (told.has('id')) return { kind: 'column', column: columns.id! };
  const names = headers.map(plain);
  const column = kept.map((name) => (name === null ? -1 : names.indexOf(name))).find((at) => at >= 0);
  if (column !== undefined) return { kind: 'column', column };
  return kept.includes(null) ? { kind: 'together' } : undefined;
}

/** What was kept before, and this one. */
export function withIdentity(kept: KeptIdentities, identity: Identity, headers: readonly string[]): KeptIdentities {
  const name = identity.kind === 'column' ? plain(headers[identity.column]!) : null;
  return kept.includes(name) ? kept : [...kept, name];
}

/** Columns that could name a document, best first. */
export function idCandidates(mapping: Mapping): number[] {
  const { headers, columns } = mapping;
  const others = new Set(
    Object.entries(columns)
      .filter(([field]) => field !== 'number')
      .map(([, at]) => at),
  );
  const candidates = headers.flatMap((header, at) => {
    const name = plain(header);
    if (others.has(at) || mapping.lines.includes(at)) return [];
    if (at === columns.number) return [at];
    return nameLike.test(name) && !neverUnique.test(name) && !rowCounter.test(name) ? [at] : [];
  });
  // The document's number is the best name of all, and survives the next export.
  return candidates.sort((a, b) => Number(b === columns.number) - Number(a === columns.number)).slice(0, 8);
}

/** Finds the ids that several documents have. */
export class RepeatWatch {
  readonly column: number;
  readonly #seen = new DigestTable();
  readonly #repeated = new Set<string>();

  constructor(column: number) {
    this.column = column;
  }

  add(cells: readonly string[]): void {
    const id = readIdentifier(cells[this.column], true);
    if (id !== '' && this.#seen.put(digestOf([id]), 1) !== 0) this.#repeated.add(id);
  }

  /** Of an id with or without ".0" behind it. */
  repeated(): ReadonlySet<string> {
    return this.#repeated;
  }
}

/** Follows which candidates stay unique. A column with an empty cell is not. */
export class UniqueWatch {
  #tables: { column: number; seen: DigestTable }[];

  constructor(candidates: readonly number[]) {
    this.#tables = candidates.map((column) => ({ column, seen: new DigestTable() }));
  }

  add(cells: readonly string[]): void {
    this.#tables = this.#tables.filter(({ column, seen }) => {
      const cell = cells[column];
      return !isEmpty(cell) && seen.put(digestOf([cell!.trim()]), 1) === 0;
    });
  }

  verdict(): Identity {
    const first = this.#tables[0];
    return first === undefined || first.seen.size === 0
      ? { kind: 'together' }
      : { kind: 'column', column: first.column };
  }
}
