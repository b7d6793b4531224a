import type { Mapping } from '../columns/mapping.ts';
import { takeApart } from '../values/amount.ts';
import { plain } from '../values/text.ts';
import { DigestTable, digestOf } from './digest-table.ts';

const quantity = /^(quantity|qty|menge|quantite|qte|cantidad|quantita|aantal)$/;
const unitPrice =
  /^(unit price|unit amount|price|einzelpreis|prix unitaire|precio unitario|prezzo|prezzo unitario|prijs)$/;
const lineAmount = /^(line amount|line total|positionsbetrag|montant ligne)$/;

/**
 * Some exports (Xero's) repeat the whole invoice on every line of it. A row that differs from an earlier one in columns of
 * lines only is a further line of the same invoice, provided that its amount is the invoice's and not the line's own:
 * there is a column for the line's amount beside it, or quantity times price is something else.
 */
export class LineWatch {
  readonly #documents = new DigestTable();
  readonly #lines: ReadonlySet<number>;
  readonly #amount: number | undefined;
  readonly #quantity: number | undefined;
  readonly #price: number | undefined;
  readonly #hasLineAmount: boolean;

  constructor(mapping: Mapping) {
    const find = (pattern: RegExp): number | undefined =>
      mapping.lines.find((at) => pattern.test(plain(mapping.headers[at]!)));
    this.#amount = mapping.columns.amount;
    this.#quantity = find(quantity);
    this.#price = find(unitPrice);
    this.#hasLineAmount = find(lineAmount) !== undefined;
    const measured = this.#hasLineAmount || (this.#quantity !== undefined && this.#price !== undefined);
    this.#lines = new Set(
      measured && this.#amount !== undefined && mapping.columns.number !== undefined ? mapping.lines : [],
    );
  }

  isFurtherLine(cells: readonly string[]): boolean {
    if (this.#lines.size === 0) return false;
    const known = this.#documents.put(digestOf(cells.filter((_, at) => !this.#lines.has(at))), 1) !== 0;
    return known && (this.#hasLineAmount || !this.#isLinesOwn(cells));
  }

  #isLinesOwn(cells: readonly string[]): boolean {
    const amount = roughly(cells[this.#amount!]);
    const product = roughly(cells[this.#quantity!]) * roughly(cells[this.#price!]);
    return Math.abs(amount - product) <= Math.abs(amount) * 0.005 + 0.01;
  }
}

/** Good enough to compare; no money is made of it. */
function roughly(cell: string | undefined): number {
  const digits = takeApart(cell ?? '')?.digits ?? '';
  const at = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  return Number(`${digits.slice(0, at < 0 ? undefined : at).replace(/\D/g, '')}.${at < 0 ? '' : digits.slice(at + 1)}`);
}
