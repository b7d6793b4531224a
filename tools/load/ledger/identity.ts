import type { Mapping } from '../columns/mapping.ts';
import { rowCounter } from '../columns/header-words.ts';
import { isEmpty } from '../values/empty.ts';
import { plain } from '../values/text.ts';
import { DigestTable, digestOf } from './digest-table.ts';

/** What tells one document from another: a column unique in the file, or five fields together. */
export type Identity = { kind: 'column'; column: number } | { kind: 'together' };

const nameLike =
  /\b(id|no|nr|num|number|nummer|numero|key|guid|uuid|code|ref|reference|belnr|vbeln|xblnr|doc|docnum|invoice|rechnung|facture|factura|fattura|voucher|belegnr|nbr)\b|nummer$|nr$|number$|\bid$/;
// Unique by chance in a small file, and no name of a document.
const neverUnique =
  /\b(amount|betrag|date|datum|fecha|total|balance|days?|time|ts|timestamp|phone|e ?mail|address|tax|customer|client|debitor|debtor|kunden?)\b/;

/** Columns that could name a document, best first. */
export function idCandidates(mapping: Mapping): number[] {
  const { headers, columns, told } = mapping;
  if (told.has('id')) return [columns.id!];
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
