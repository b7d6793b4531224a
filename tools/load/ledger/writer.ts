import { formatDecimal } from '@cashloop/money';
import { plusDays } from '../values/days.ts';
import { InvoiceIndex, takes } from './applied-payments.ts';
import { CustomerBook, type BookedCustomer } from './customer-book.ts';
import type { BulkPayment, BulkSale } from './documents.ts';
import type { KnownDocuments } from './known-documents.ts';
import { DocumentNames, type DocumentName } from './naming.ts';
import type { Plan } from './plan.ts';
import type { LedgerRow } from './reading.ts';
import { LedgerTotals } from './totals.ts';
import { UsedCredits } from './used-credits.ts';

/** Where documents go: spools when loading, nowhere when only totals are wanted. */
export interface DocumentSink {
  document(row: BulkSale): void;
  payment(row: BulkPayment): void;
}

/** What a person should know about the documents made. */
export interface WriterNotes {
  /** Paid invoices without a date of payment: their due date was taken. */
  undatedPayments: number;
  /** Invoices without due date or terms: due on their own date. */
  undatedDues: number;
  roundedAmounts: number;
  suffixed: number;
  /** Payment rows whose invoice is not in the file, or takes no more: they stay unapplied. */
  unknownReferences: number;
}

interface LooseCredit {
  sale: BulkSale;
  currency: string;
  gross: bigint;
  open: bigint;
}

interface NamedPayment {
  customer: BookedCustomer;
  name: DocumentName;
  date: string;
  minor: bigint;
  reference: string;
}

/** Turns understood rows into customers, invoices, payments and credit memos. */
export class DocumentWriter {
  readonly totals = new LedgerTotals();
  readonly customers: CustomerBook;
  readonly notes: WriterNotes = {
    undatedPayments: 0,
    undatedDues: 0,
    roundedAmounts: 0,
    suffixed: 0,
    unknownReferences: 0,
  };
  readonly usedCredits = new UsedCredits();
  readonly #plan: Plan;
  readonly #sink: DocumentSink;
  readonly #names: DocumentNames;
  readonly #index: InvoiceIndex | undefined;
  readonly #named: NamedPayment[] = [];
  readonly #loose: LooseCredit[] = [];

  constructor(plan: Plan, sink: DocumentSink, known?: KnownDocuments) {
    this.#plan = plan;
    this.#sink = sink;
    this.customers = new CustomerBook(plan);
    this.#names = new DocumentNames(plan.identity, plan.repeatedIds, known);
    const { columns } = plan.mapping;
    this.#index =
      columns.reference !== undefined && columns.kind !== undefined && !plan.meaning.paidIsKnown
        ? new InvoiceIndex()
        : undefined;
  }

  add(row: LedgerRow): void {
    const customer = this.customers.take(row.customer, row.currency, row.limit);
    const name = this.#names.name(row);
    if (row.rounded) this.notes.roundedAmounts++;
    if (name.docNumber !== undefined && name.fullNumber === undefined && name.docNumber !== (row.number || row.id))
      this.notes.suffixed++;
    if (row.settled.kind === 'invoice') this.#invoice(row, row.settled.gross, row.settled.paid, customer, name);
    else if (row.settled.kind === 'credit') this.#credit(row, row.settled.gross, row.settled.open, customer, name);
    else this.#payment(row, row.settled, customer, name);
  }

  #invoice(row: LedgerRow, gross: bigint, paid: bigint, customer: BookedCustomer, name: DocumentName): void {
    if (row.dueUnknown) this.notes.undatedDues++;
    this.#sink.document({ ...this.#sale('invoice', row, gross, customer, name), due_date: this.#day(row.dueDate) });
    if (this.#index === undefined) this.totals.addInvoice(row.currency, gross, paid);
    else this.#index.add(customer.key, row.number, { key: name.key, currency: row.currency, gross, paid });
    if (paid > 0n) this.#payments(row, gross, paid, customer, name);
  }

  #sale(kind: BulkSale['kind'], row: LedgerRow, gross: bigint, customer: BookedCustomer, name: DocumentName): BulkSale {
    return {
      kind,
      key: name.key,
      customer_key: customer.key,
      doc_number: name.docNumber,
      txn_date: this.#day(row.date),
      amount: formatDecimal(gross, row.currency),
      note: name.fullNumber === undefined ? undefined : `Number in the ledger: ${name.fullNumber}`,
    };
  }

  /** One payment, or those the row tells when they add up to what is paid. */
  #payments(row: LedgerRow, gross: bigint, paid: bigint, customer: BookedCustomer, name: DocumentName): void {
    const sum = row.payments.reduce((total, { minor }) => total + minor, 0n);
    const parts = row.payments.length > 0 && sum === paid ? row.payments : [{ minor: paid, date: row.paidDate }];
    let room = gross;
    parts.forEach((part, at) => {
      const date = part.date ?? row.paidDate;
      if (date === undefined) this.notes.undatedPayments++;
      const applied = part.minor < room ? part.minor : room;
      room -= applied;
      this.totals.of(row.currency).payments++;
      this.#sink.payment({
        kind: 'payment',
        key: `payment:${name.key}${at === 0 ? '' : `:${at + 1}`}`,
        customer_key: customer.key,
        txn_date: this.#day(date ?? this.#likelyDay(row)),
        amount: formatDecimal(part.minor, row.currency),
        lines: applied === 0n ? [] : [{ invoice_key: name.key, amount: formatDecimal(applied, row.currency) }],
      });
    });
  }

  /** A payment without a date: on the due date, but not after everything else in the file. */
  #likelyDay(row: LedgerRow): string {
    const { lastDay } = this.#plan;
    return lastDay !== undefined && row.dueDate > lastDay ? (row.date > lastDay ? row.date : lastDay) : row.dueDate;
  }

  #credit(row: LedgerRow, gross: bigint, open: bigint, customer: BookedCustomer, name: DocumentName): void {
    const sale = this.#sale('credit_memo', row, gross, customer, name);
    this.totals.of(row.currency).unapplied += open;
    if (open === gross) {
      this.totals.of(row.currency).creditMemos++;
      return this.#sink.document(sale);
    }
    this.#loose.push({ sale, currency: row.currency, gross, open });
    const date = row.paidDate === undefined ? undefined : this.#day(row.paidDate);
    this.usedCredits.add({
      key: name.key,
      customerKey: customer.key,
      currency: row.currency,
      used: gross - open,
      matched: 0n,
      date,
    });
  }

  #payment(
    row: LedgerRow,
    settled: { gross: bigint; open: bigint; applied: boolean },
    customer: BookedCustomer,
    name: DocumentName,
  ): void {
    const date = this.#day(row.paidDate ?? row.date);
    if (settled.applied) this.#named.push({ customer, name, date, minor: settled.gross, reference: row.reference });
    else this.#unapplied(customer, name, date, settled.open);
  }

  #unapplied(
    customer: BookedCustomer,
    name: DocumentName,
    date: string,
    minor: bigint,
    lines: BulkPayment['lines'] = [],
    applied = 0n,
  ): void {
    const totals = this.totals.of(customer.currency);
    totals.payments++;
    totals.unapplied += minor - applied;
    this.#sink.payment({
      kind: 'payment',
      key: name.key,
      customer_key: customer.key,
      txn_date: date,
      amount: formatDecimal(minor, customer.currency),
      lines,
    });
  }

  /** Writes what could only be decided at the end; credit memos whose use is known now go to the sink as documents. */
  finish(): void {
    for (const { customer, name, date, minor, reference } of this.#named) {
      const invoice = this.#index?.find(customer.key, reference);
      const applied = invoice === undefined ? 0n : takes(invoice, minor);
      if (applied < minor) this.notes.unknownReferences++;
      if (invoice !== undefined) invoice.paid += applied;
      const lines =
        applied === 0n ? [] : [{ invoice_key: invoice!.key, amount: formatDecimal(applied, customer.currency) }];
      this.#unapplied(customer, name, date, minor, lines, applied);
    }
    for (const invoice of this.#index?.all() ?? [])
      this.totals.addInvoice(invoice.currency, invoice.gross, invoice.paid);
  }

  /**
   * Credit memos that are used in part or whole, once all payments have been offered to them: with what was found a use
   * for and what is open. The rest of them is history without a counterpart and is left out.
   */
  *looseCredits(): Generator<BulkSale> {
    for (const [at, { sale, currency, open }] of this.#loose.entries()) {
      const minor = open + this.usedCredits.all[at]!.matched;
      if (minor === 0n) continue;
      this.totals.of(currency).creditMemos++;
      yield { ...sale, amount: formatDecimal(minor, currency) };
    }
  }

  /** How many used credit memos are not loaded at all. */
  get closedCredits(): number {
    return this.#loose.filter(({ open }, at) => open + this.usedCredits.all[at]!.matched === 0n).length;
  }

  #day(iso: string): string {
    return plusDays(iso, this.#plan.shiftDays);
  }
}
