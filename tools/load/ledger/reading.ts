import type { Field } from '../columns/fields.ts';
import { isDashedZero, isTooLarge, readAmount } from '../values/amount.ts';
import { inOrder, readDate, readSerial } from '../values/date.ts';
import { plusDays } from '../values/days.ts';
import { isEmpty } from '../values/empty.ts';
import { readIdentifier } from '../values/identifier.ts';
import { readKind, readSide } from '../values/kind.ts';
import { memo } from '../values/memo.ts';
import { readStatus, type PaidState } from '../values/status.ts';
import { readTerms } from '../values/terms.ts';
import type { Plan } from './plan.ts';
import { settle, type Settled } from './settle.ts';

/** A row that was understood. Dates are ISO, amounts in minor units of its currency. */
export interface LedgerRow {
  customer: string;
  currency: string;
  number: string;
  /** Value of the unique column, when the file has one. */
  id: string;
  date: string;
  dueDate: string;
  paidDate?: string;
  /** What the paid column says, for rows that are single payments of one invoice. */
  paidCell?: bigint;
  settled: Exclude<Settled, { kind: 'skip' | 'reject' }>;
  /** Further payments of the row itself: "Payment 1", "Payment 2". */
  payments: { minor: bigint; date?: string }[];
  reference: string;
  limit?: bigint;
  /** Some amount had more decimals than its currency. */
  rounded: boolean;
  /** No column and no terms told the due date. */
  dueUnknown: boolean;
}

export type RowReading =
  | { kind: 'row'; row: LedgerRow }
  | { kind: 'skip'; why: 'void' | 'draft' | 'payable' | 'closed' }
  | { kind: 'reject'; why: string };

/** A row that cannot be used; its message is the reason in the rejects file. No Error: a million of them need no stacks. */
class BadRow {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

// Before, dates stand for "none" (1900-01-01); after, for "open-ended" (9999-12-31, Oracle's 4712-12-31).
const earliest = '1950-01-01';
const latest = '2200-01-01';

/** Turns records into rows, as the plan says. */
export class RowReader {
  readonly #plan: Plan;
  readonly #kinds = memo(readKind);
  readonly #states: (cell: string | undefined) => PaidState | undefined;
  readonly #days = new Map<number, (cell: string | undefined) => string | undefined>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#states = memo((cell) => readStatus(cell, plan.flag, plan.status));
    for (const at of plan.dates.keys())
      this.#days.set(
        at,
        memo((cell) => this.#parsed(cell, at)),
      );
  }

  read(cells: readonly string[]): RowReading {
    try {
      return this.#read(cells);
    } catch (error) {
      if (error instanceof BadRow) return { kind: 'reject', why: error.message };
      throw error;
    }
  }

  #read(cells: readonly string[]): RowReading {
    const { currency, meaning, mapping } = this.#plan;
    // An amount written 1,250.00 without quotes would be read as 1.00 and push all cells after it to the right.
    if (cells.slice(mapping.headers.length).some((cell) => !isEmpty(cell)))
      throw new BadRow(
        `it has ${cells.length} cells, the header ${mapping.headers.length}: a cell holds the delimiter`,
      );
    const customer = this.#customer(cells);
    const found = currency.of(cells);
    if ('why' in found) throw new BadRow(found.why);
    const money = new Amounts(this.#plan, cells, found.currency);
    const paidDate = this.#paidDate(cells);
    const kindCell = this.#cell(cells, 'kind');
    const payments = this.#payments(cells, money);
    const paid = money.of('paid');
    const reference = this.#id(cells, 'reference');
    const settled = settle(
      {
        kind: this.#kinds(kindCell),
        side: readSide(this.#cell(cells, 'side')),
        amount: money.amount(),
        open: money.of('open'),
        paid: paid ?? (payments.length > 0 ? payments.reduce((sum, { minor }) => sum + minor, 0n) : undefined),
        paidDate,
        state: this.#status(cells),
        hasReference: reference !== '',
      },
      meaning,
    );
    if (settled.kind === 'skip' || settled.kind === 'reject') return settled;
    const dates = this.#documentDates(cells);
    checkSize(settled, found.currency);
    const number = this.#id(cells, 'number');
    const { identity } = this.#plan;
    const id = identity.kind === 'column' ? this.#idAt(cells, identity.column) : '';
    const limit = this.#limit(cells, money);
    const paidCell = paid !== undefined && meaning.paidIsNegative ? -paid : paid;
    return {
      kind: 'row',
      row: {
        customer,
        currency: found.currency,
        number,
        id,
        ...dates,
        paidDate,
        paidCell,
        settled,
        payments,
        reference,
        limit,
        rounded: money.rounded,
      },
    };
  }

  #cell(cells: readonly string[], field: Field): string | undefined {
    const at = this.#plan.mapping.columns[field];
    return at === undefined ? undefined : cells[at];
  }

  #id(cells: readonly string[], field: Field): string {
    const at = this.#plan.mapping.columns[field];
    return at === undefined ? '' : this.#idAt(cells, at);
  }

  #idAt(cells: readonly string[], at: number): string {
    this.#refuseNul(cells[at], at);
    return readIdentifier(cells[at], this.#plan.floatNoise.has(at));
  }

  /** Postgres keeps no NUL in texts: one that is sent costs all rows of its call. */
  #refuseNul(text: string | undefined, at: number): void {
    if (text?.includes('\0') === true) throw new BadRow(`column "${this.#plan.mapping.headers[at]}" holds a NUL byte`);
  }

  #customer(cells: readonly string[]): string {
    const { customer: at, customer_name: name } = this.#plan.mapping.columns;
    const id = this.#idAt(cells, at!) || (this.#plan.settings.unknown_customer ?? '');
    if (name !== undefined) this.#refuseNul(cells[name], name);
    if (id === '') throw new BadRow('it has no customer (--unknown-customer NAME would take it)');
    return this.#plan.joined.get(id) ?? id;
  }

  #status(cells: readonly string[]): PaidState | undefined {
    const cell = this.#cell(cells, 'status');
    const state = this.#states(cell);
    const { open, paid, paid_date: date } = this.#plan.mapping.columns;
    // Where nothing else tells, an unknown word must not turn into "open".
    if (state === undefined && !isEmpty(cell) && open === undefined && paid === undefined && date === undefined) {
      throw new BadRow(
        `its status "${cell!.trim()}" is unknown (--status "${cell!.trim()}=open", or =paid, would tell)`,
      );
    }
    return state;
  }

  #limit(cells: readonly string[], money: Amounts): bigint | undefined {
    // Zero would stop every order of the customer, and a dash more often says that no limit was agreed.
    if (isDashedZero(this.#cell(cells, 'limit') ?? '')) return undefined;
    const limit = money.of('limit');
    if (limit !== undefined && limit < 0n) throw new BadRow('its credit limit is negative');
    return limit;
  }

  #payments(cells: readonly string[], money: Amounts): { minor: bigint; date?: string }[] {
    const found: { minor: bigint; date?: string }[] = [];
    for (const pair of this.#plan.mapping.payments) {
      const minor = money.at(pair.amount);
      if (minor === undefined || minor === 0n) continue;
      found.push({
        minor: minor < 0n ? -minor : minor,
        date: pair.date === undefined ? undefined : this.#date(cells, pair.date),
      });
    }
    return found;
  }

  #paidDate(cells: readonly string[]): string | undefined {
    const at = this.#plan.mapping.columns.paid_date;
    if (at === undefined) return undefined;
    // "unpaid" or "open" in a column of dates: it has no date.
    if (readStatus(cells[at], 'paid') !== undefined && !/\d/.test(cells[at]!)) return undefined;
    const date = this.#date(cells, at);
    return date !== undefined && date > earliest && date < latest ? date : undefined;
  }

  #documentDates(cells: readonly string[]): { date: string; dueDate: string; dueUnknown: boolean } {
    const { columns } = this.#plan.mapping;
    let date = columns.date === undefined ? undefined : this.#date(cells, columns.date);
    let due = columns.due_date === undefined ? undefined : this.#date(cells, columns.due_date);
    if (due !== undefined && (due <= earliest || due >= latest)) due = undefined;
    if (columns.date === undefined) date = due;
    if (date === undefined)
      throw new BadRow(columns.date === undefined ? 'it has no due date' : 'it has no invoice date');
    if (date <= earliest || date >= latest) throw new BadRow(`its date ${date} is out of range`);
    const days = readTerms(this.#cell(cells, 'terms')) ?? this.#plan.settings.terms;
    const baseline = columns.baseline_date === undefined ? undefined : this.#date(cells, columns.baseline_date);
    if (due !== undefined) return { date, dueDate: due, dueUnknown: false };
    if (days === undefined) return { date, dueDate: baseline ?? date, dueUnknown: baseline === undefined };
    return { date, dueDate: plusDays(baseline ?? date, days), dueUnknown: false };
  }

  #date(cells: readonly string[], at: number): string | undefined {
    return this.#days.get(at)!(cells[at]);
  }

  #parsed(cell: string, at: number): string | undefined {
    const how = this.#plan.dates.get(at)!;
    let reading = readDate(cell);
    if (reading.kind === 'ordered') reading = inOrder(reading, how.order);
    if (reading.kind === 'date') return reading.iso;
    if (reading.kind === 'empty') return undefined;
    const serial = how.serial ? readSerial(cell) : undefined;
    if (serial !== undefined) return serial;
    throw new BadRow(
      `"${cell.trim()}" in column "${this.#plan.mapping.headers[at]}" is no date${how.why === 'not needed' ? '' : ` (${orderNames[how.order]})`}`,
    );
  }
}

const orderNames = { dmy: 'day first', mdy: 'month first', ymd: 'year first' } as const;

const tooLarge = 'has more than 13 digits before the decimals';

/** Open and paid add up where no column holds the whole amount. */
function checkSize(settled: LedgerRow['settled'], currency: string): void {
  const parts = settled.kind === 'invoice' ? [settled.gross, settled.paid] : [settled.gross];
  if (parts.some((minor) => isTooLarge(minor, currency))) throw new BadRow(`its whole amount ${tooLarge}`);
}

/** Amounts of one row. */
class Amounts {
  rounded = false;
  readonly #plan: Plan;
  readonly #cells: readonly string[];
  readonly #currency: string;

  constructor(plan: Plan, cells: readonly string[], currency: string) {
    this.#plan = plan;
    this.#cells = cells;
    this.#currency = currency;
  }

  of(field: 'amount' | 'debit' | 'credit' | 'open' | 'paid' | 'limit'): bigint | undefined {
    const at = this.#plan.mapping.columns[field];
    return at === undefined ? undefined : this.at(at);
  }

  at(column: number): bigint | undefined {
    const reading = readAmount(this.#cells[column], this.#plan.mark, this.#currency);
    if (reading.kind === 'unreadable')
      throw new BadRow(
        `"${this.#cells[column]!.trim()}" in column "${this.#plan.mapping.headers[column]}" is no amount`,
      );
    if (reading.kind === 'empty') return undefined;
    if (isTooLarge(reading.minor, this.#currency))
      throw new BadRow(
        `"${this.#cells[column]!.trim()}" in column "${this.#plan.mapping.headers[column]}" ${tooLarge}`,
      );
    this.rounded ||= reading.rounded;
    return reading.minor;
  }

  /** The document's own amount; of a debit and a credit column, what remains. */
  amount(): bigint | undefined {
    const { columns } = this.#plan.mapping;
    if (columns.amount !== undefined || columns.debit === undefined) return this.of('amount');
    const debit = this.of('debit');
    const credit = this.of('credit');
    return debit === undefined && credit === undefined ? undefined : (debit ?? 0n) - (credit ?? 0n);
  }
}
