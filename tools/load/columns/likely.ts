import { isEmpty } from '../values/empty.ts';
import { takeApart } from '../values/amount.ts';
import { readCurrency } from '../values/currency.ts';
import { readDate, readSerial } from '../values/date.ts';
import { readKind, readSide } from '../values/kind.ts';
import { flagMeaning, readStatus } from '../values/status.ts';
import { readTerms } from '../values/terms.ts';
import type { Field } from './fields.ts';

const isDate = (cell: string): boolean =>
  !['unreadable', 'empty'].includes(readDate(cell).kind) || readSerial(cell) !== undefined || /^0+/.test(cell);
const isAmount = (cell: string): boolean => takeApart(cell) !== undefined && readsAsDateOnly(cell) === false;
const readsAsDateOnly = (cell: string): boolean => /\d[-/]\d/.test(cell.trim());

/** Whether a cell could be of a field. Fields without an entry take any text. */
const fits: Partial<Record<Field, (cell: string, header: string) => boolean>> = {
  date: isDate,
  due_date: isDate,
  baseline_date: isDate,
  paid_date: isDate,
  amount: isAmount,
  debit: isAmount,
  credit: isAmount,
  open: isAmount,
  paid: isAmount,
  limit: isAmount,
  status: (cell, header) => readStatus(cell, flagMeaning(header)) !== undefined,
  kind: (cell) => readKind(cell) !== undefined || /^[A-Z][A-Z0-9]$/.test(cell.trim()),
  side: (cell) => readSide(cell) !== undefined,
  currency: (cell) => readCurrency(cell) !== undefined || cell.trim() === '$',
  terms: (cell) => readTerms(cell) !== undefined || /^[A-Z0-9]{2,5}$/.test(cell.trim()),
};
// A column may be empty in the sample: nothing is paid yet, no terms were agreed.
const mayBeEmpty: readonly Field[] = [
  'paid_date',
  'due_date',
  'paid',
  'limit',
  'terms',
  'baseline_date',
  'customer_name',
  'reference',
  'country',
  'debit',
  'credit',
  'open',
  'status',
];

const most = 0.6;
// A header that says it in so many words is believed although most cells are bad: they are refused, each with its reason.
// Passing over the column would give every row another date or amount without a word.
const some = 0.1;
const plainlyNamed = 70;
const refusedCellByCell: readonly Field[] = ['date', 'due_date', 'paid_date', 'amount', 'open'];

/**
 * Whether the cells of a sample look like the field: most of those that are not empty do.
 * @param score how well the header names the field
 */
export function looksLike(field: Field, header: string, cells: readonly string[], score = 0): boolean {
  const filled = cells.filter((cell) => !isEmpty(cell));
  if (filled.length === 0) return mayBeEmpty.includes(field);
  const fit = fits[field];
  if (fit === undefined) return true;
  const share = score >= plainlyNamed && refusedCellByCell.includes(field) ? some : most;
  return filled.filter((cell) => fit(cell, header)).length >= filled.length * share;
}
