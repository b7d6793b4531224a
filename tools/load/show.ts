import { formatDecimal } from '@cashloop/money';
import Table from 'cli-table3';
import { fields } from './columns/fields.ts';
import type { Opened, Prepared } from './ledger/prepare.ts';
import { apartZeros } from './ledger/zeros.ts';

const delimiterNames: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' };
const encodingNames = { utf8: 'UTF-8', win1252: 'Latin-1', utf16le: 'UTF-16', utf16be: 'UTF-16' } as const;
const orderNames = { dmy: 'day before month', mdy: 'month before day', ymd: 'year first' } as const;

/** How the file is read: one line of format, one table of columns with an example each. */
export function showMapping(opened: Opened): string {
  const { source, format, mapping, sample } = opened;
  const head = `${source.name}: ${encodingNames[source.encoding]}${source.gzip ? ', gzip' : ''}, ${delimiterNames[format.delimiter] ?? format.delimiter} between columns, ${format.headers.length} columns${format.skip > 1 ? `, header in record ${format.skip}` : ''}`;
  const table = new Table({
    head: ['field', 'column', 'how', 'example'],
    style: { head: [], border: [] },
    colWidths: [16, 30, 9, 34],
  });
  for (const field of fields) {
    const at = mapping.columns[field];
    if (at === undefined) continue;
    const example = sample.find((row) => (row[at] ?? '').trim() !== '')?.[at] ?? '';
    const grouped = field === 'customer' && mapping.grouped;
    table.push([
      field,
      mapping.headers[at]!,
      mapping.told.has(field) ? 'told' : 'guessed',
      grouped ? 'on lines of their own' : example.trim().slice(0, 30),
    ]);
  }
  for (const { amount, date } of mapping.payments)
    table.push([
      'payment',
      `${mapping.headers[amount]}${date === undefined ? '' : ` / ${mapping.headers[date]}`}`,
      '',
      '',
    ]);
  const used = new Set([
    ...Object.values(mapping.columns),
    ...mapping.payments.flatMap((pair) => [pair.amount, pair.date]),
  ]);
  const unused = mapping.headers.filter((_, at) => !used.has(at));
  return `${head}\n${table.toString()}${unused.length === 0 ? '' : `\nNot used: ${unused.join(', ')}`}`;
}

/** What reading the whole file decided, and what it comes to. */
export function showPlan(prepared: Prepared): string {
  return [...decisions(prepared), ...leftOut(prepared), '', totalsTable(prepared)].join('\n');
}

function decisions({ plan, mapping, scan, source }: Prepared): string[] {
  const lines = [`Currency: ${plan.currency.described}.`, `Decimals: ${plan.mark === ',' ? 'comma' : 'point'}.`];
  const orders = [...plan.dates]
    .filter(([, rule]) => rule.why !== 'not needed')
    .map(([at, { order, why }]) => `"${mapping.headers[at]}" ${orderNames[order]} (${why})`);
  if (orders.length > 0) lines.push(`Dates: ${orders.join(', ')}.`);
  if (plan.shiftDays !== 0)
    lines.push(`Dates move by ${plan.shiftDays} days: the last day, ${plan.lastDay}, becomes today.`);
  const { identity } = plan;
  lines.push(
    identity.kind === 'column'
      ? `A document is known by "${mapping.headers[identity.column]}"${repeated(plan.repeatedIds)}.`
      : 'A document is known by customer, number, date, amount and due date together: no column is unique in the file.',
  );
  if (!plan.meaning.paidIsKnown) lines.push('No column tells what is paid: every invoice counts as open.');
  if (plan.meaning.open === 'amount')
    lines.push(
      `"${mapping.headers[mapping.columns.open!]}" is also filled for paid rows: it is taken as the whole amount.`,
    );
  for (const [short, long] of plan.joined)
    lines.push(`Customers ${short} and ${long} are one: the file gives both the same name.`);
  const apart = apartZeros(scan.customers.values(), plan.joined);
  if (apart.length > 0)
    lines.push(
      `Customer numbers that differ in zeros in front only stay apart (${apart[0]!.join(' and ')}${apart.length > 1 ? ', ...' : ''}); --zeros merge joins them.`,
    );
  if (source.encoding === 'win1252') lines.push('The file is not UTF-8, so it is read as Latin-1.');
  return lines;
}

/** A column that was told or taken before need not be unique. */
const repeated = ({ size }: ReadonlySet<string>): string =>
  size === 0
    ? ', which is unique in the file'
    : `; where several have the same (${size} times), the others by customer, number, date, amount and due date together`;

const fateWords = {
  repeat: 'rows equal in every column to an earlier one, kept once',
  header: 'repeated header lines',
  total: 'lines of totals',
  note: 'lines with a heading or note only',
  line: 'further lines of an invoice already taken',
  take: '',
} as const;
const skipWords: Readonly<Record<string, string>> = {
  void: 'void documents',
  draft: 'drafts',
  payable: 'documents of suppliers',
  closed: 'rows with nothing left that other rows do not tell already',
};

function leftOut({ scan, skipped, rejects, writer }: Prepared): string[] {
  const lines: string[] = [];
  for (const [fate, { count, lines: at }] of scan.leftOut)
    lines.push(`Left out: ${fateWords[fate]}: ${count} (line ${at.join(', ')}${count > at.length ? ', ...' : ''}).`);
  for (const [why, count] of skipped) lines.push(`Left out: ${skipWords[why] ?? why}: ${count}.`);
  if (writer.closedCredits > 0)
    lines.push(`Left out: credit memos that are used up, by invoices the file does not name: ${writer.closedCredits}.`);
  const { notes } = writer;
  if (notes.suffixed > 0) lines.push(`A number used before, so a suffix was added: ${notes.suffixed}.`);
  if (notes.undatedPayments > 0)
    lines.push(`Payments without a date, so the due date was taken: ${notes.undatedPayments}.`);
  if (notes.undatedDues > 0)
    lines.push(
      `Invoices without a due date, so their own date was taken (--terms DAYS sets another): ${notes.undatedDues}.`,
    );
  if (notes.roundedAmounts > 0)
    lines.push(`Amounts with more decimals than their currency, rounded: ${notes.roundedAmounts}.`);
  if (notes.unknownReferences > 0)
    lines.push(
      `Payments that exceed their invoice or name none of the file; the rest stays unapplied: ${notes.unknownReferences}.`,
    );
  if (rejects.count > 0) {
    lines.push(`Refused rows: ${rejects.count}${rejects.path === undefined ? '' : `, written to ${rejects.path}`}:`);
    for (const [why, count] of rejects.reasons().slice(0, 6)) lines.push(`  ${count} x ${why}`);
  }
  return lines;
}

function totalsTable({ writer, customers }: Prepared): string {
  const table = new Table({
    head: ['currency', 'customers', 'invoices', 'paid', 'payments', 'credit memos', 'open balance', 'unapplied'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const [currency, totals] of [...writer.totals.byCurrency].sort(([a], [b]) => (a < b ? -1 : 1))) {
    table.push([
      currency,
      customers.filter((row) => row.currency === currency).length,
      totals.invoices,
      totals.paidInvoices,
      totals.payments,
      totals.creditMemos,
      formatDecimal(totals.open, currency),
      formatDecimal(totals.unapplied, currency),
    ]);
  }
  return table.toString();
}
