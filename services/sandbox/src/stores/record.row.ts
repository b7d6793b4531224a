import { minorDigits } from '@cashloop/money';
import { type ExactObject, parseExact, writeExact } from '../domain/exact-json.ts';
import type { Customer, Txn, TxnKind, TxnState } from '../domain/records.ts';

export interface CustomerRow {
  id: string;
  sync_token: number;
  created_at: Date;
  updated_at: Date;
  display_name: string;
  active: boolean;
  parent_id: string | null;
  currency: string;
  balance_minor: string;
  body: string;
}

/** The body is read as text: the driver would turn its numbers into floats. */
export const customerColumns =
  'id, sync_token, created_at, updated_at, display_name, active, parent_id, currency, balance_minor, body::text body';

export const toCustomer = (row: CustomerRow): Customer => ({
  id: row.id,
  syncToken: row.sync_token,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  displayName: row.display_name,
  active: row.active,
  parentId: row.parent_id,
  currency: row.currency,
  balanceMinor: BigInt(row.balance_minor),
  body: parseExact(row.body) as ExactObject,
});

export interface TxnRow {
  id: string;
  kind: TxnKind;
  state: TxnState;
  sync_token: number;
  created_at: Date;
  updated_at: Date;
  customer_id: string;
  currency: string;
  exchange_rate: string;
  doc_number: string | null;
  txn_date: string;
  due_date: string | null;
  total_minor: string;
  tax_minor: string;
  open_minor: string;
  body: string;
}

export const txnColumns =
  'id, kind, state, sync_token, created_at, updated_at, customer_id, currency, exchange_rate::text exchange_rate, doc_number, ' +
  'txn_date::text txn_date, due_date::text due_date, total_minor, tax_minor, open_minor, body::text body';

export const toTxn = (row: TxnRow): Txn => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  syncToken: row.sync_token,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  customerId: row.customer_id,
  currency: row.currency,
  exchangeRate: row.exchange_rate,
  docNumber: row.doc_number,
  txnDate: row.txn_date,
  dueDate: row.due_date,
  totalMinor: BigInt(row.total_minor),
  taxMinor: BigInt(row.tax_minor),
  openMinor: BigInt(row.open_minor),
  body: parseExact(row.body) as ExactObject,
});

/** Key and content of a bulk row, so that a second load changes nothing. */
export interface BulkMark {
  key: string;
  hash: string;
}

/** Arrays for `unnest`, one per column, in the order of the insert. */
export const customerArrays = (customers: readonly Customer[], marks: ReadonlyMap<string, BulkMark>): unknown[] => [
  customers.map((c) => c.id),
  customers.map((c) => c.syncToken),
  customers.map((c) => c.createdAt),
  customers.map((c) => c.updatedAt),
  customers.map((c) => c.displayName),
  customers.map((c) => c.active),
  customers.map((c) => c.parentId),
  customers.map((c) => c.currency),
  customers.map((c) => minorDigits(c.currency)),
  customers.map((c) => String(c.balanceMinor)),
  customers.map((c) => writeExact(c.body)),
  customers.map((c) => marks.get(c.id)?.key ?? null),
  customers.map((c) => marks.get(c.id)?.hash ?? null),
];

export const txnArrays = (txns: readonly Txn[], marks: ReadonlyMap<string, BulkMark>): unknown[] => [
  txns.map((t) => t.id),
  txns.map((t) => t.kind),
  txns.map((t) => t.state),
  txns.map((t) => t.syncToken),
  txns.map((t) => t.createdAt),
  txns.map((t) => t.updatedAt),
  txns.map((t) => t.customerId),
  txns.map((t) => t.currency),
  txns.map((t) => minorDigits(t.currency)),
  txns.map((t) => t.exchangeRate),
  txns.map((t) => t.docNumber),
  txns.map((t) => t.txnDate),
  txns.map((t) => t.dueDate),
  txns.map((t) => String(t.totalMinor)),
  txns.map((t) => String(t.taxMinor)),
  txns.map((t) => String(t.openMinor)),
  txns.map((t) => writeExact(t.body)),
  txns.map((t) => marks.get(t.id)?.key ?? null),
  txns.map((t) => marks.get(t.id)?.hash ?? null),
];
