import type { Columns } from '../columns/fields.ts';
import { isEmpty } from '../values/empty.ts';
import { plain } from '../values/text.ts';

/** What becomes of a record before anybody asks what it means. */
export type Fate = 'take' | 'repeat' | 'header' | 'total' | 'note' | 'line';
export const fates: readonly Fate[] = ['take', 'repeat', 'header', 'total', 'note', 'line'];

const totalWords =
  /^(grand |sub|sub |report |overall |net )?totals?\b|^(zwischen|end|gesamt|teil)?summen?\b|^gesamt(betrag|saldo|ergebnis)?\b|^(sous )?(total|totaux)\b|^somme\b|^total(e|es|i)?\b|^totaal\b|^suma\b|^subtotal\b|^saldo (gesamt|total)\b|^ubertrag\b|^report a nouveau\b|^balance (brought|carried) forward\b/;

/** Tells headers, totals and notes from documents, and fills in the customer of grouped reports. */
export class RowSorter {
  readonly #headers: readonly string[];
  readonly #columns: Columns;
  readonly #grouped: boolean;
  readonly #mapped: readonly number[];
  #group = '';

  /** @param grouped the customer stands alone on a line above its documents, and not beside them */
  constructor(headers: readonly string[], columns: Columns, grouped: boolean) {
    this.#headers = headers.map(plain);
    this.#columns = columns;
    this.#grouped = grouped;
    this.#mapped = Object.values(columns).filter((at) => !(grouped && at === columns.customer));
  }

  /** Says what a record is, as far as the record alone tells. In grouped reports the customer is written into its cell. */
  sort(cells: string[]): 'take' | 'header' | 'total' | 'note' {
    let filled = 0;
    let only = -1;
    for (let i = 0; i < cells.length; i++) {
      if (isEmpty(cells[i])) continue;
      filled++;
      only = i;
    }
    if (filled === 0) return 'note';
    if (this.#isHeader(cells, filled)) return 'header';
    if (this.#isTotal(cells)) return 'total';
    if (filled === 1 && this.#headers.length > 2) {
      if (this.#grouped && only === 0) this.#group = cells[0]!.trim();
      return 'note';
    }
    if (this.#grouped) cells[this.#columns.customer!] = this.#group;
    return 'take';
  }

  #isHeader(cells: readonly string[], filled: number): boolean {
    if (filled < 2) return false;
    const mapped = this.#mapped;
    let same = 0;
    for (const column of mapped) {
      const cell = cells[column];
      // Reading words is dear, and most cells are not as long as their header.
      if (
        cell !== undefined &&
        cell.length >= this.#headers[column]!.length &&
        !/^\d/.test(cell) &&
        plain(cell) === this.#headers[column]
      )
        same++;
      else if (same === 0) return false;
    }
    return same >= 2 && same >= mapped.length * 0.6;
  }

  /** A total says so in words and has no date of its own; "Total Energies" with an invoice is a customer. */
  #isTotal(cells: readonly string[]): boolean {
    const { date, due_date: due } = this.#columns;
    const dateCell = [date, due].map((at) => (at === undefined ? undefined : cells[at])).find((cell) => !isEmpty(cell));
    if (dateCell !== undefined && (/^\d/.test(dateCell) || !startsTotal(dateCell))) return false;
    return cells.slice(0, 8).some(startsTotal);
  }
}

/** Whether a text begins as the label of a total does, in one of our languages. */
export const startsTotal = (cell: string): boolean => cell.length < 80 && totalWords.test(plain(cell));
