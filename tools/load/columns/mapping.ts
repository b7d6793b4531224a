import { UserFault } from '../../local/faults.ts';
import type { Settings } from '../settings.ts';
import { isEmpty } from '../values/empty.ts';
import { plain } from '../values/text.ts';
import { fieldMeaning, type Columns, type Field } from './fields.ts';
import { guessColumns } from './guess.ts';
import { startsTotal } from '../ledger/fate.ts';
import { eventLogColumn, lineColumn, lineMeasure } from './header-words.ts';

/** Which column holds what, and how a person may be told. */
export interface Mapping {
  readonly headers: readonly string[];
  readonly columns: Columns;
  readonly told: ReadonlySet<Field>;
  /** Pairs of payment columns beside `paid` and `paid_date`. */
  readonly payments: readonly { amount: number; date?: number }[];
  /** The customer stands on a line of its own above its documents. */
  readonly grouped: boolean;
  /** Columns that belong to lines of a document; empty unless the file has such lines. */
  readonly lines: readonly number[];
}

/**
 * Puts together what was told and what can be guessed.
 * @throws UserFault when a told column does not exist, or when too little is known to load anything
 */
export function mapColumns(
  file: string,
  headers: readonly string[],
  sample: readonly (readonly string[])[],
  settings: Settings,
): Mapping {
  const told: Columns = {};
  for (const [field, name] of Object.entries(settings.columns)) told[field as Field] = columnNamed(name, headers, file);
  const columns = guessColumns(headers, sample.filter(isDocument), told);
  const payments: { amount: number; date?: number }[] = settings.payments.map(({ amount, date }) => ({
    amount: columnNamed(amount, headers, file),
    date: date === undefined ? undefined : columnNamed(date, headers, file),
  }));
  payments.push(...(settings.payments.length === 0 ? numberedPayments(headers, columns) : []));
  const grouped = told.customer === undefined && hasGroups(sample, columns);
  if (grouped) columns.customer = headers.length;
  const mapping = {
    headers: grouped ? [...headers, groupHeader] : headers,
    columns,
    told: new Set(Object.keys(told) as Field[]),
    payments,
    grouped,
    lines: lineColumns(headers, columns),
  };
  requireEnough(file, mapping);
  return mapping;
}

/** Headings and totals of reports would make a column of dates look like one of words. */
const isDocument = (row: readonly string[]): boolean =>
  row.filter((cell) => !isEmpty(cell)).length > 1 && !startsTotal(row.find((cell) => !isEmpty(cell))!);

/** Finds a column by its header, in any case, or by "#3". */
export function columnNamed(name: string, headers: readonly string[], file: string): number {
  const numbered = /^#(\d+)$/.exec(name.trim());
  if (numbered !== null && +numbered[1]! >= 1 && +numbered[1]! <= headers.length) return +numbered[1]! - 1;
  const exact = headers.indexOf(name.trim());
  if (exact >= 0) return exact;
  const loose = headers.findIndex((header) => plain(header) === plain(name) && plain(name) !== '');
  if (loose >= 0) return loose;
  throw new UserFault(
    `${file} has no column "${name}"; it has ${headers.map((header) => `"${header}"`).join(', ')}.`,
    'npm run load -- FILE --map FIELD=COLUMN --dry-run',
  );
}

/** "Payment 1 Amount", "Payment 1 Date", "Payment 2 Amount", ... */
function numberedPayments(headers: readonly string[], columns: Columns): { amount: number; date?: number }[] {
  const taken = new Set(Object.values(columns));
  const pairs = new Map<string, { amount?: number; date?: number }>();
  headers.forEach((header, at) => {
    const name = plain(header);
    const number = /\d+/.exec(name)?.[0];
    if (
      number === undefined ||
      taken.has(at) ||
      !/^(payment|paid|zahlung|paiement|reglement|pago|pagamento|betaling)/.test(name)
    )
      return;
    const what = /\b(date|datum|fecha|data|on)\b/.test(name)
      ? 'date'
      : /\b(amount|amt|betrag|montant|importe|importo|bedrag)\b/.test(name) || /\d$/.test(name)
        ? 'amount'
        : undefined;
    if (what !== undefined) pairs.set(number, { ...pairs.get(number), [what]: at });
  });
  const found = [...pairs.values()].filter(
    (pair): pair is { amount: number; date?: number } => pair.amount !== undefined,
  );
  return found.length >= 1 ? found : [];
}

/** The column a grouped report has not: each row gets its customer from the line above. */
const groupHeader = '(line above)';

/** Grouped reports: no customer beside the documents, but lines whose first cell stands alone. */
function hasGroups(sample: readonly (readonly string[])[], { customer }: Columns): boolean {
  if (customer !== undefined && customer !== 0) return false;
  const alone = sample.filter((row) => !isEmpty(row[0]) && row.slice(1).every((cell) => isEmpty(cell))).length;
  const documents = sample.filter((row) => row.filter((cell) => !isEmpty(cell)).length > 2);
  const nameless = documents.filter((row) => customer === undefined || isEmpty(row[customer])).length;
  return alone > 0 && documents.length > 0 && nameless >= documents.length * 0.6;
}

function lineColumns(headers: readonly string[], columns: Columns): number[] {
  const taken = new Set(Object.values(columns));
  const lines = headers.flatMap((header, at) => (!taken.has(at) && lineColumn.test(plain(header)) ? [at] : []));
  return lines.some((at) => lineMeasure.test(plain(headers[at]!))) ? lines : [];
}

function requireEnough(file: string, mapping: Mapping): void {
  const { columns, headers } = mapping;
  const missing: Field[] = [];
  if (columns.customer === undefined) missing.push('customer');
  if (columns.date === undefined && columns.due_date === undefined) missing.push('date');
  if (
    columns.amount === undefined &&
    columns.open === undefined &&
    (columns.debit === undefined || columns.credit === undefined)
  )
    missing.push('amount');
  const isLedger = (['number', 'due_date', 'paid_date', 'paid', 'open', 'status', 'kind'] as const).some(
    (field) => columns[field] !== undefined,
  );
  if (!isLedger) missing.push('number');
  if (missing.length === 0) return;
  const has = `Its columns: ${headers.join(', ')}.`;
  const next = `name the columns, if they are there: npm run load -- ${file} ${missing.map((field) => `--map ${field}=COLUMN`).join(' ')}`;
  const names = headers.map(plain);
  if (names.some((name) => eventLogColumn.test(name))) {
    throw new UserFault(
      `${file} looks like an event log: it has no invoices (nothing names ${listed(missing)}). ${has}`,
      next,
    );
  }
  if (missing.includes('amount') && names.some((name) => lineMeasure.test(name))) {
    throw new UserFault(
      `${file} holds lines of invoices, not invoices: quantities and prices, but no amount of the whole. ${has}`,
      `sum the lines to one row per invoice first, or ${next}`,
    );
  }
  throw new UserFault(
    `${file} is no ledger of invoices as far as its headers tell: nothing names ${listed(missing)}. ${has}`,
    next,
  );
}

const listed = (missing: readonly Field[]): string =>
  missing.map((field) => `${field} (${fieldMeaning[field]})`).join(', ');
