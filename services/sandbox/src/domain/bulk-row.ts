import { createHash } from 'node:crypto';
import { isCurrency } from '@cashloop/money';
import { type ExactObject, isObject, numberText, parseExact, writeExact } from './exact-json.ts';
import { isDate } from './timestamps.ts';

export interface BulkCustomer {
  kind: 'customer';
  key: string;
  display_name: string;
  currency?: string;
  notes?: string;
  email?: string;
}

export interface BulkSale {
  kind: 'invoice' | 'credit_memo';
  key: string;
  customer_key: string;
  doc_number?: string;
  txn_date: string;
  due_date?: string;
  /** Decimal text in the customer's currency, gross. */
  amount: string;
  /** How much of it is tax. */
  tax?: string;
  note?: string;
}

export interface BulkPayment {
  kind: 'payment';
  key: string;
  customer_key: string;
  txn_date: string;
  amount: string;
  lines: { invoice_key?: string; credit_memo_key?: string; amount: string }[];
  note?: string;
}

export type BulkRow = BulkCustomer | BulkSale | BulkPayment;

/** A row that was refused; `line` counts from 1. */
export interface BulkError {
  line: number;
  key: string;
  code: string;
  message: string;
}

export class BulkRowRefused extends Error {
  override readonly name = 'BulkRowRefused';

  constructor(
    readonly code: string,
    message: string,
    readonly key = '',
  ) {
    super(message);
  }
}

/** Reads one line of newline-delimited JSON. @throws BulkRowRefused */
export function parseBulkLine(line: string): BulkRow {
  let value: unknown;
  try {
    value = parseExact(line);
  } catch {
    throw new BulkRowRefused('bulk.not_json', 'the line is not JSON');
  }
  if (!isObject(value)) throw new BulkRowRefused('bulk.not_an_object', 'the line is not a JSON object');
  const key = typeof value['key'] === 'string' ? value['key'] : '';
  try {
    return rowOf(value);
  } catch (error) {
    if (error instanceof BulkRowRefused) throw new BulkRowRefused(error.code, error.message, key);
    throw error;
  }
}

function rowOf(value: ExactObject): BulkRow {
  const key = text(value, 'key', 200);
  switch (value['kind']) {
    case 'customer':
      return {
        kind: 'customer',
        key,
        display_name: name(value),
        currency: currency(value),
        ...optional(value, ['notes', 'email']),
      };
    case 'invoice':
    case 'credit_memo':
      return {
        kind: value['kind'],
        key,
        customer_key: text(value, 'customer_key', 200),
        txn_date: date(value, 'txn_date'),
        due_date: value['due_date'] === undefined ? undefined : date(value, 'due_date'),
        amount: amount(value, 'amount'),
        tax: value['tax'] === undefined ? undefined : amount(value, 'tax'),
        ...optional(value, ['doc_number', 'note']),
      };
    case 'payment':
      return {
        kind: 'payment',
        key,
        customer_key: text(value, 'customer_key', 200),
        txn_date: date(value, 'txn_date'),
        amount: amount(value, 'amount'),
        lines: lines(value),
        ...optional(value, ['note']),
      };
    default:
      throw new BulkRowRefused('bulk.unknown_kind', 'kind must be customer, invoice, payment or credit_memo');
  }
}

function lines(value: ExactObject): BulkPayment['lines'] {
  const given = value['lines'] ?? [];
  if (!Array.isArray(given) || !given.every(isObject))
    throw new BulkRowRefused('bulk.invalid', 'lines must be a list of objects');
  return given.map((line) => ({
    invoice_key: line['invoice_key'] === undefined ? undefined : text(line, 'invoice_key', 200),
    credit_memo_key: line['credit_memo_key'] === undefined ? undefined : text(line, 'credit_memo_key', 200),
    amount: amount(line, 'amount'),
  }));
}

function text(value: ExactObject, field: string, most: number): string {
  const found = value[field];
  if (typeof found !== 'string' || found === '' || found.length > most) {
    throw new BulkRowRefused('bulk.invalid', `${field} must be a text of 1 to ${most} characters`);
  }
  return found;
}

const fields = { notes: 2000, email: 100, doc_number: 21, note: 4000 };

function optional<F extends keyof typeof fields>(value: ExactObject, names: readonly F[]): Partial<Record<F, string>> {
  const given = names.filter((field) => value[field] !== undefined && value[field] !== null && value[field] !== '');
  return Object.fromEntries(given.map((field) => [field, text(value, field, fields[field])])) as Partial<
    Record<F, string>
  >;
}

function name(value: ExactObject): string {
  const found = text(value, 'display_name', 500).trim();
  if (found === '' || /[:\t\n]/.test(found))
    throw new BulkRowRefused('bulk.invalid', 'display_name must not hold a colon, tab or line break');
  return found;
}

function currency(value: ExactObject): string | undefined {
  if (value['currency'] === undefined) return undefined;
  const found = text(value, 'currency', 3);
  if (!isCurrency(found))
    throw new BulkRowRefused('bulk.unknown_currency', `currency ${found} is not in the ISO 4217 table`);
  return found;
}

function date(value: ExactObject, field: string): string {
  const found = text(value, field, 10);
  if (!isDate(found)) throw new BulkRowRefused('bulk.invalid', `${field} must be a date YYYY-MM-DD`);
  return found;
}

function amount(value: ExactObject, field: string): string {
  const found = numberText(value[field]);
  if (found === undefined || !/^\d{1,13}(\.\d{1,6})?$/.test(found)) {
    throw new BulkRowRefused('bulk.invalid', `${field} must be a decimal of 0 or more`);
  }
  return found;
}

/** Same key and same content: the row is there already. Same key, other content: an error. */
export const contentHash = (row: BulkRow): string =>
  createHash('sha256')
    .update(
      writeExact(
        Object.entries(row)
          .filter(([, value]) => value !== undefined)
          .sort(),
      ),
    )
    .digest('hex')
    .slice(0, 24);
