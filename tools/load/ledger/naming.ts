import { DigestTable, digestOf, hexOf } from './digest-table.ts';
import type { Identity } from './identity.ts';
import type { LedgerRow } from './reading.ts';

/** QuickBooks takes document numbers up to this length. */
const mostDigits = 21;
const mostKey = 120;

export interface DocumentName {
  /** The same for the same document in every run, whatever else is in the file. */
  key: string;
  /** The number with a suffix when it was used before; undefined when the row has none. */
  docNumber?: string;
  /** The number itself, when it had to be shortened. */
  fullNumber?: string;
}

/**
 * Names documents: by the unique column, else by customer, number, date, amount and due date together. Rows equal in all
 * five that are not repeats are documents of their own, counted in the order of the file.
 */
export class DocumentNames {
  readonly #identity: Identity;
  readonly #together = new DigestTable();
  readonly #numbers = new DigestTable();

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  name(row: LedgerRow): DocumentName {
    const number = row.number || row.id;
    return { key: this.#key(row), ...(number === '' ? {} : this.#numbered(number)) };
  }

  #key(row: LedgerRow): string {
    if (this.#identity.kind === 'column' && row.id !== '') return `doc:${shortened(row.id, mostKey)}`;
    const digest = digestOf([
      row.customer,
      row.number,
      row.date,
      row.settled.kind,
      row.settled.gross.toString(),
      row.dueDate,
      row.currency,
    ]);
    const times = this.#together.count(digest);
    return `doc:${shortened(row.number, 40)}:${hexOf(digest)}${times === 1 ? '' : `:${times}`}`;
  }

  #numbered(number: string): { docNumber: string; fullNumber?: string } {
    const short = shortened(number, mostDigits);
    const full = short === number ? {} : { fullNumber: number };
    for (let times = this.#numbers.count(digestOf([short])); ; times = this.#numbers.count(digestOf([short]))) {
      if (times === 1) return { docNumber: short, ...full };
      const suffix = `-${times}`;
      const suffixed = `${short.slice(0, mostDigits - suffix.length)}${suffix}`;
      // "1001-2" may stand in the file itself.
      if (this.#numbers.count(digestOf([suffixed])) === 1) return { docNumber: suffixed, ...full };
    }
  }
}

/** A long text cut, with a digest of the whole so that two long ones stay two. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 9)}~${hexOf(digestOf([text])).slice(0, 8)}`;
}
