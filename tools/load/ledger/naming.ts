import { readIdentifier } from '../values/identifier.ts';
import { DigestTable, digestOf, hexOf, type Digest } from './digest-table.ts';
import type { Identity } from './identity.ts';
import { KnownDocuments } from './known-documents.ts';
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
 * five that are not repeats are documents of their own, counted in the order of the file. Where the column was unique in an
 * earlier export and is no more, the document known by the id keeps it, and the others go by the five fields.
 */
export class DocumentNames {
  readonly #identity: Identity;
  readonly #repeatedIds: ReadonlySet<string>;
  readonly #known: KnownDocuments;
  readonly #together = new DigestTable();
  readonly #numbers = new DigestTable();
  /** Numbers left free for the document that is known by its id. */
  readonly #reserved = new Set<string>();

  constructor(
    identity: Identity,
    repeatedIds: ReadonlySet<string> = new Set(),
    known: KnownDocuments = new KnownDocuments(),
  ) {
    this.#identity = identity;
    this.#repeatedIds = repeatedIds;
    this.#known = known;
  }

  name(row: LedgerRow): DocumentName {
    const number = row.number || row.id;
    const content = contentOf(row);
    const standing = this.#standing(row, content);
    const key = standing === 'own' ? `doc:${shortened(row.id, mostKey)}` : this.#togetherKey(row, content);
    return { key, ...(number === '' ? {} : this.#numbered(number, standing)) };
  }

  /** Whether the row goes by its id, though others may have it too; undefined where ids do not name documents. */
  #standing(row: LedgerRow, content: Digest): 'own' | 'other' | undefined {
    if (this.#identity.kind !== 'column' || row.id === '') return undefined;
    const isRepeated = this.#repeatedIds.has(readIdentifier(row.id, true));
    return this.#known.owns(row.id, content, isRepeated) ? 'own' : 'other';
  }

  #togetherKey(row: LedgerRow, content: Digest): string {
    const times = this.#together.count(content);
    return `doc:${shortened(row.number, 40)}:${hexOf(content)}${times === 1 ? '' : `:${times}`}`;
  }

  #numbered(number: string, standing: 'own' | 'other' | undefined): { docNumber: string; fullNumber?: string } {
    const short = shortened(number, mostDigits);
    const full = short === number ? {} : { fullNumber: number };
    if (standing === 'other' && this.#numbers.put(digestOf([short]), 1) === 0) this.#reserved.add(short);
    if (standing === 'own' && this.#reserved.delete(short)) return { docNumber: short, ...full };
    for (let times = this.#numbers.count(digestOf([short])); ; times = this.#numbers.count(digestOf([short]))) {
      if (times === 1) return { docNumber: short, ...full };
      const suffix = `-${times}`;
      const suffixed = `${short.slice(0, mostDigits - suffix.length)}${suffix}`;
      // "1001-2" may stand in the file itself.
      if (this.#numbers.count(digestOf([suffixed])) === 1) return { docNumber: suffixed, ...full };
    }
  }
}

const contentOf = (row: LedgerRow): Digest =>
  digestOf([
    row.customer,
    row.number,
    row.date,
    row.settled.kind,
    row.settled.gross.toString(),
    row.dueDate,
    row.currency,
  ]);

/** A long text cut, with a digest of the whole so that two long ones stay two. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 9)}~${hexOf(digestOf([text])).slice(0, 8)}`;
}
