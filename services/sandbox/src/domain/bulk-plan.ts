import { formatDecimal, MoneyError, parseDecimal } from '@cashloop/money';
import type { Company } from './company.ts';
import { exactNumber, type ExactObject } from './exact-json.ts';
import { rateOf } from './exchange-rates.ts';
import {
  type BulkCustomer,
  type BulkError,
  type BulkPayment,
  type BulkRow,
  BulkRowRefused,
  type BulkSale,
  contentHash,
} from './bulk-row.ts';
import { unapplied } from './ledger.ts';
import { type Application, balanceEffect, type Customer, type Txn } from './records.ts';
import { plusDays } from './timestamps.ts';

/** A row of the batch with its line number. */
export interface NumberedRow {
  line: number;
  row: BulkRow;
}

export type KnownCustomer = Pick<Customer, 'id' | 'currency'> & { hash: string | null };
export type KnownTxn = Pick<Txn, 'id' | 'kind' | 'customerId' | 'currency' | 'openMinor' | 'state'> & {
  hash: string | null;
};

/** What is there already of what the batch names. */
export interface BulkKnown {
  customersByKey: ReadonlyMap<string, KnownCustomer>;
  txnsByKey: ReadonlyMap<string, KnownTxn>;
  /** Names in use, in lower case. */
  names: ReadonlySet<string>;
}

/** First ids the batch may use. */
export interface BulkStart {
  company: Company;
  now: Date;
  nameId: bigint;
  txnId: bigint;
  docNumber: bigint;
}

export interface BulkMarks {
  key: string;
  hash: string;
}

/** Works out a batch in the order of its rows; the caller stores what it holds afterwards. */
export class BulkPlan {
  readonly customers: Customer[] = [];
  readonly txns: Txn[] = [];
  readonly applications: Application[] = [];
  readonly marks = new Map<string, BulkMarks>();
  readonly errors: BulkError[] = [];
  /** Stored invoices and credit memos that payments of this batch settle: by how much, in how many payments. */
  readonly settled = new Map<string, { minor: bigint; payments: number }>();
  readonly balances = new Map<string, bigint>();
  skipped = 0;

  readonly #start: BulkStart;
  readonly #customersByKey: Map<string, KnownCustomer>;
  readonly #txnsByKey: Map<string, KnownTxn>;
  readonly #names: Set<string>;
  readonly #newTxns = new Map<string, Txn>();
  #nameId: bigint;
  #txnId: bigint;
  #docNumber: bigint;

  constructor(start: BulkStart, known: BulkKnown) {
    this.#start = start;
    this.#customersByKey = new Map(known.customersByKey);
    this.#txnsByKey = new Map(known.txnsByKey);
    this.#names = new Set(known.names);
    this.#nameId = start.nameId;
    this.#txnId = start.txnId;
    this.#docNumber = start.docNumber;
  }

  get created(): number {
    return this.marks.size;
  }

  add({ line, row }: NumberedRow): void {
    try {
      const hash = contentHash(row);
      const before = row.kind === 'customer' ? this.#customersByKey.get(row.key) : this.#txnsByKey.get(row.key);
      if (before !== undefined) return this.#repeat(before.hash, hash);
      if (row.kind === 'customer') this.#customer(row, hash);
      else if (row.kind === 'payment') this.#payment(row, hash);
      else this.#sale(row, hash);
    } catch (error) {
      if (!(error instanceof BulkRowRefused || error instanceof MoneyError)) throw error;
      this.errors.push({ line, key: row.key, code: error.code, message: error.message });
    }
  }

  #repeat(before: string | null, hash: string): void {
    if (before !== hash) throw new BulkRowRefused('bulk.key_reused', 'the key stands for another content already');
    this.skipped += 1;
  }

  #customer(row: BulkCustomer, hash: string): void {
    const name = row.display_name.toLowerCase();
    if (this.#names.has(name))
      throw new BulkRowRefused('bulk.duplicate_name', 'another customer has this display_name');
    this.#names.add(name);
    const { now, company } = this.#start;
    const currency = row.currency ?? company.homeCurrency;
    const id = String(this.#nameId++);
    this.customers.push({
      id,
      syncToken: 0,
      createdAt: now,
      updatedAt: now,
      displayName: row.display_name,
      active: true,
      parentId: null,
      currency,
      balanceMinor: 0n,
      body: {
        ...(row.notes === undefined ? {} : { Notes: row.notes }),
        ...(row.email === undefined ? {} : { PrimaryEmailAddr: { Address: row.email } }),
      },
    });
    this.marks.set(`n${id}`, { key: row.key, hash });
    this.#customersByKey.set(row.key, { id, currency, hash });
  }

  #customerOf(key: string): KnownCustomer {
    const customer = this.#customersByKey.get(key);
    if (customer === undefined) throw new BulkRowRefused('bulk.unknown_customer', `no customer has the key ${key}`);
    return customer;
  }

  #sale(row: BulkSale, hash: string): void {
    const customer = this.#customerOf(row.customer_key);
    const totalMinor = parseDecimal(row.amount, customer.currency);
    const taxMinor = row.tax === undefined ? 0n : parseDecimal(row.tax, customer.currency);
    if (taxMinor > totalMinor) throw new BulkRowRefused('bulk.invalid', 'tax must not be more than amount');
    const isInvoice = row.kind === 'invoice';
    this.#add(row.key, hash, {
      ...this.#txn(customer, isInvoice ? 'Invoice' : 'CreditMemo', row.txn_date, totalMinor),
      docNumber: row.doc_number ?? String(this.#docNumber++),
      dueDate: isInvoice ? (row.due_date ?? plusDays(row.txn_date, 30)) : null,
      taxMinor,
      body: saleBody(totalMinor - taxMinor, taxMinor, customer.currency, row.note),
    });
  }

  #payment(row: BulkPayment, hash: string): void {
    const customer = this.#customerOf(row.customer_key);
    const totalMinor = parseDecimal(row.amount, customer.currency);
    const payment = this.#txn(customer, 'Payment', row.txn_date, totalMinor);
    const lines = this.#linesOf(row, payment);
    const openMinor = unapplied(totalMinor, lines);
    if (openMinor < 0n || openMinor > totalMinor)
      throw new BulkRowRefused('bulk.over_applied', 'the lines do not fit the amount');
    for (const line of lines) this.#settle(line, customer.id);
    this.applications.push(...lines);
    const body: ExactObject = row.note === undefined ? {} : { PrivateNote: row.note };
    this.#add(row.key, hash, { ...payment, openMinor, body });
  }

  #linesOf(row: BulkPayment, payment: Txn): Application[] {
    const wanted = new Map<string, Application>();
    for (const line of row.lines) {
      const key = line.invoice_key ?? line.credit_memo_key;
      const targetKind = line.invoice_key === undefined ? 'CreditMemo' : 'Invoice';
      const target = key === undefined ? undefined : this.#txnsByKey.get(key);
      if (target === undefined || target.kind !== targetKind || target.state === 'deleted') {
        throw new BulkRowRefused('bulk.unknown_document', `no ${targetKind} has the key ${key}`);
      }
      if (target.customerId !== payment.customerId)
        throw new BulkRowRefused('bulk.other_customer', `${key} is another customer's`);
      const amountMinor = (wanted.get(target.id)?.amountMinor ?? 0n) + parseDecimal(line.amount, payment.currency);
      if (amountMinor > this.#openOf(target))
        throw new BulkRowRefused('bulk.over_applied', `${key} has less open than the line applies`);
      if (amountMinor > 0n)
        wanted.set(target.id, { paymentId: payment.id, targetId: target.id, targetKind, amountMinor });
    }
    return [...wanted.values()];
  }

  #openOf(target: KnownTxn): bigint {
    const fresh = this.#newTxns.get(target.id);
    return fresh?.openMinor ?? target.openMinor - (this.settled.get(target.id)?.minor ?? 0n);
  }

  /** A bulk payment settles documents of its own customer only. */
  #settle({ targetId, targetKind, amountMinor }: Application, customerId: string): void {
    const fresh = this.#newTxns.get(targetId);
    if (fresh === undefined) {
      const before = this.settled.get(targetId) ?? { minor: 0n, payments: 0 };
      this.settled.set(targetId, { minor: before.minor + amountMinor, payments: before.payments + 1 });
    } else {
      fresh.openMinor -= amountMinor;
      fresh.syncToken += 1;
    }
    this.#shift(customerId, targetKind === 'Invoice' ? -amountMinor : amountMinor);
  }

  #txn(customer: KnownCustomer, kind: Txn['kind'], txnDate: string, totalMinor: bigint): Txn {
    const { now, company } = this.#start;
    return {
      id: String(this.#txnId),
      kind,
      state: 'open',
      syncToken: 0,
      createdAt: now,
      updatedAt: now,
      customerId: customer.id,
      currency: customer.currency,
      exchangeRate: rateOf(customer.currency, company.homeCurrency),
      docNumber: null,
      txnDate,
      dueDate: null,
      totalMinor,
      taxMinor: 0n,
      openMinor: totalMinor,
      body: {},
    };
  }

  #add(key: string, hash: string, txn: Txn): void {
    this.#txnId += 1n;
    this.txns.push(txn);
    this.#newTxns.set(txn.id, txn);
    this.#txnsByKey.set(key, { ...txn, hash });
    this.marks.set(`t${txn.id}`, { key, hash });
    this.#shift(txn.customerId, balanceEffect(txn));
  }

  #shift(customerId: string, byMinor: bigint): void {
    this.balances.set(customerId, (this.balances.get(customerId) ?? 0n) + byMinor);
  }
}

function saleBody(netMinor: bigint, taxMinor: bigint, currency: string, note: string | undefined): ExactObject {
  const line: ExactObject = {
    Id: '1',
    LineNum: exactNumber('1'),
    Amount: exactNumber(formatDecimal(netMinor, currency)),
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: { ItemRef: { value: '1', name: 'Services' } },
  };
  const tax = taxMinor === 0n ? {} : { TxnTaxDetail: { TotalTax: exactNumber(formatDecimal(taxMinor, currency)) } };
  return { ...(note === undefined ? {} : { PrivateNote: note }), Line: [line], ...tax };
}
