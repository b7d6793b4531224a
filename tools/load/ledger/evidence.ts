import { amountFields, dateFields, type DateField } from '../columns/fields.ts';
import type { Mapping } from '../columns/mapping.ts';
import { UserFault } from '../../local/faults.ts';
import type { Settings } from '../settings.ts';
import { signOf, type DecimalMark } from '../values/amount.ts';
import { isEmpty } from '../values/empty.ts';
import type { DayMonthOrder } from '../values/date.ts';
import { DateColumn } from './date-column.ts';
import { decideOrder, orderFromPattern } from '../values/date-order.ts';
import { decideMark, noMarks, weighMark, type MarkEvidence } from '../values/decimal-mark.ts';
import { readKind } from '../values/kind.ts';
import { memo } from '../values/memo.ts';
import { flagMeaning, readStatus, type FlagMeaning, type PaidState } from '../values/status.ts';
import { plain } from '../values/text.ts';
import type { Meaning } from './settle.ts';

const clearing = /clear|augdt|ausgleich|closed?|settle|lettrage|let$|compensacion/;

/** How the dates of one column are to be read. */
export interface DateRule {
  order: DayMonthOrder;
  serial: boolean;
  /** For the mapping table: why this order. */
  why: string;
}

/** Gathers, over all rows, what tells how the columns are written and what they mean. */
export class Evidence {
  readonly #mapping: Mapping;
  readonly #dates = new Map<number, DateColumn>();
  readonly #marks: MarkEvidence = noMarks();
  readonly #amountColumns: readonly number[];
  readonly flag: FlagMeaning;
  readonly #kinds = memo(readKind);
  readonly #states: (cell: string | undefined) => PaidState | undefined;
  #settledWithOpen = 0;
  #settledWithoutOpen = 0;
  #creditsNegative = 0;
  #creditsPositive = 0;
  #paidNegative = 0;
  #paidPositive = 0;

  /** @param notAfter days after this one are no facts, for the last day of the file */
  constructor(mapping: Mapping, settings: Settings, notAfter: string) {
    this.#mapping = mapping;
    const { columns, payments } = mapping;
    for (const column of dateColumns(mapping)) this.#dates.set(column, new DateColumn(notAfter));
    this.#amountColumns = [
      ...amountFields.flatMap((field) => columns[field] ?? []),
      ...payments.map(({ amount }) => amount),
    ];
    this.flag = columns.status === undefined ? 'paid' : flagMeaning(mapping.headers[columns.status]!);
    const own = new Map(Object.entries(settings.status).map(([word, state]) => [plain(word), state]));
    this.#states = memo((cell) => readStatus(cell, this.flag, own));
  }

  add(cells: readonly string[], line: number): void {
    for (const [column, dates] of this.#dates) dates.add(cells[column], line);
    for (const column of this.#amountColumns) weighMark(this.#marks, cells[column], line);
    this.#addMeaning(cells);
  }

  #addMeaning(cells: readonly string[]): void {
    const { columns } = this.#mapping;
    if (columns.open !== undefined && (columns.status !== undefined || columns.paid_date !== undefined)) {
      const state = columns.status === undefined ? undefined : this.#states(cells[columns.status]);
      const settled =
        state === undefined || state === 'issued'
          ? columns.paid_date !== undefined && !isEmpty(cells[columns.paid_date])
          : state === 'paid';
      if (settled && signOf(cells[columns.open]) !== 0) this.#settledWithOpen++;
      else if (settled) this.#settledWithoutOpen++;
    }
    if (columns.kind !== undefined && this.#kinds(cells[columns.kind]) === 'credit') {
      const sign = signOf(cells[columns.amount ?? columns.open ?? -1]);
      if (sign === -1) this.#creditsNegative++;
      else if (sign === 1) this.#creditsPositive++;
    }
    if (columns.paid !== undefined) {
      const sign = signOf(cells[columns.paid]);
      if (sign === -1) this.#paidNegative++;
      else if (sign === 1) this.#paidPositive++;
    }
  }

  meaning(): Meaning {
    const { columns } = this.#mapping;
    const openIsWhole =
      columns.amount === undefined && columns.debit === undefined && this.#settledWithOpen > this.#settledWithoutOpen;
    return {
      open: openIsWhole ? 'amount' : 'open',
      creditsArePositive: this.#creditsNegative < this.#creditsPositive,
      paidIsNegative: this.#paidNegative > this.#paidPositive,
      paidDateClears:
        columns.paid_date !== undefined && clearing.test(plain(this.#mapping.headers[columns.paid_date]!)),
      paidIsKnown:
        this.#mapping.payments.length > 0 ||
        [columns.open, columns.paid, columns.paid_date, columns.status].some((column) => column !== undefined),
    };
  }

  /** @throws UserFault when the decimal mark cannot be told */
  mark(settings: Settings, file: string): DecimalMark {
    if (settings.decimal !== undefined) return settings.decimal;
    const verdict = decideMark(this.#marks);
    if (verdict.kind === 'mark') return verdict.mark;
    const next = `say which mark comes before the decimals: npm run load -- ${file} --decimal , (or --decimal .)`;
    if (verdict.kind === 'mixed') {
      throw new UserFault(
        `${file} writes decimals with a point in line ${verdict.pointLine} and with a comma in line ${verdict.commaLine}.`,
        next,
      );
    }
    throw new UserFault(
      `${file}: "${verdict.example}" may be a thousand and more or a number with three decimals; no amount in the file decides it.`,
      next,
    );
  }

  /** @throws UserFault when day and month cannot be told apart */
  dates(settings: Settings, file: string): Map<number, DateRule> {
    const readings = new Map<number, DateRule>();
    for (const [column, { evidence }] of this.#dates) {
      const header = this.#mapping.headers[column]!;
      const told = toldOrder(settings, this.#mapping, column);
      const serial = evidence.serials > 0 && evidence.other === 0;
      const others = [...this.#dates].filter(([other]) => other !== column).map(([, own]) => own.evidence);
      const verdict =
        told === undefined ? decideOrder(evidence, others) : ({ kind: 'order', order: told, why: 'told' } as const);
      if (verdict.kind === 'order') readings.set(column, { order: verdict.order, serial, why: verdict.why });
      else throw orderFault(verdict, header, file);
    }
    return readings;
  }

  /** The last day on which something happened in this file; due dates are plans and do not count. */
  lastDay(rules: ReadonlyMap<number, DateRule>): string | undefined {
    const { columns, payments } = this.#mapping;
    const facts = [columns.date ?? columns.due_date, columns.paid_date, ...payments.map(({ date }) => date)].filter(
      (at) => at !== undefined,
    );
    const days = facts
      .map((at) => this.#dates.get(at)!.lastDay(rules.get(at)!.order))
      .filter((day) => day !== undefined);
    return days.sort().at(-1);
  }
}

function orderFault(
  verdict: Exclude<ReturnType<typeof decideOrder>, { kind: 'order' }>,
  header: string,
  file: string,
): UserFault {
  const next = `say which comes first: npm run load -- ${file} --date-format DD/MM/YYYY (or MM/DD/YYYY)`;
  if (verdict.kind === 'mixed') {
    const { dayFirstLine, monthFirstLine } = verdict;
    return new UserFault(
      `${file}: column "${header}" has the day first in line ${dayFirstLine} and the month first in line ${monthFirstLine}.`,
      next,
    );
  }
  return new UserFault(
    `${file}: in column "${header}", "${verdict.example}" may be day/month or month/day, and no date in the file decides it.`,
    next,
  );
}

export function dateColumns({ columns, payments }: Mapping): number[] {
  return [...dateFields.flatMap((field) => columns[field] ?? []), ...payments.flatMap(({ date }) => date ?? [])];
}

function toldOrder(settings: Settings, { columns, headers }: Mapping, column: number): DayMonthOrder | undefined {
  const { date_format: told } = settings;
  if (told === undefined) return undefined;
  const field = dateFields.find((name: DateField) => columns[name] === column);
  const pattern = typeof told === 'string' ? told : field === undefined ? undefined : told[field];
  if (pattern === undefined) return undefined;
  const order = orderFromPattern(pattern);
  if (order === undefined)
    throw new UserFault(
      `--date-format "${pattern}" for column "${headers[column]}" names no order.`,
      'use DD/MM/YYYY, MM/DD/YYYY or YY-MM-DD',
    );
  return order;
}
