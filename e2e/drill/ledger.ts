import {
  create,
  customerKey,
  InvoiceState_State,
  InvoiceStateSchema,
  outgoing,
  PaymentState_State,
  PaymentStateSchema,
  topicDefs,
  type OutgoingEvent,
} from '@cashloop/events';
import { customers } from '../bench/world.ts';
import type { Seeded } from './seeded.ts';

const orgId = '1';
const currency = 'USD';
const company = { system: 'quickbooks', company: '4620816365000000099' };

export interface InvoiceFact {
  id: string;
  customer: string;
  version: number;
  total: bigint;
  balance: bigint;
}

export interface PaymentFact {
  id: string;
  customer: string;
  version: number;
  total: bigint;
  unapplied: bigint;
}

/** A change as the account of its customer sees it: what is owed in the midst of it, if that differs, and after it. */
export interface Judged {
  half: bigint | undefined;
  whole: bigint;
}

/** The books the events tell of, kept apart from everything under test: what must come out in the end. */
export class Ledger {
  readonly invoices = new Map<string, InvoiceFact>();
  readonly payments = new Map<string, PaymentFact>();
  /** Every change of each customer, in order. */
  readonly judged = new Map<string, Judged[]>();
  /** How many events told of each customer. */
  readonly events = new Map<string, number>();
  private readonly owed = new Map<string, bigint>();
  private readonly open: string[] = [];
  private readonly onAccount: string[] = [];
  private readonly random: Seeded;
  private documents = 0;
  private changes = 0;

  constructor(random: Seeded) {
    this.random = random;
  }

  /** The next thing that happens in the books: one change of one to three events. */
  step(): OutgoingEvent[] {
    const chance = this.random.next();
    if (chance < 0.45 || this.open.length < 50) return this.issue();
    if (chance < 0.8) return this.pay();
    if (chance < 0.9) return this.payOnAccount();
    return this.applyOnAccount();
  }

  /** What every customer owes: open balances less money that settles nothing yet. */
  exposures(): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    const add = (customer: string, minor: bigint): void => void sums.set(customer, (sums.get(customer) ?? 0n) + minor);
    for (const { customer, balance } of this.invoices.values()) add(customer, balance);
    for (const { customer, unapplied } of this.payments.values()) add(customer, -unapplied);
    return sums;
  }

  private issue(): OutgoingEvent[] {
    const customer = String(this.random.between(1, customers));
    const total = BigInt(this.random.between(100, 90_000));
    const invoice: InvoiceFact = { id: this.newId(), customer, version: 0, total, balance: total };
    this.invoices.set(invoice.id, invoice);
    this.open.push(invoice.id);
    return this.change([this.told(invoice)]);
  }

  /** Pays an invoice in whole or in part: the payment and the invoice are one change. */
  private pay(): OutgoingEvent[] {
    const invoice = this.anOpenInvoice();
    const amount = this.random.next() < 0.6 ? invoice.balance : invoice.balance / 2n + 1n;
    const payment = this.newPayment(invoice.customer, amount, 0n);
    return this.settle(invoice, payment, amount);
  }

  private payOnAccount(): OutgoingEvent[] {
    const total = BigInt(this.random.between(100, 20_000));
    const payment = this.newPayment(String(this.random.between(1, customers)), total, total);
    this.onAccount.push(payment.id);
    return this.change([this.toldPayment(payment)]);
  }

  /** Money on account settles an invoice of its customer, when there is one. */
  private applyOnAccount(): OutgoingEvent[] {
    const payment = this.payments.get(this.onAccount.shift() ?? '');
    const invoice =
      payment && [...this.open].map((id) => this.invoices.get(id)!).find((one) => one.customer === payment.customer);
    if (payment === undefined || invoice === undefined) return this.issue();
    const amount = payment.unapplied < invoice.balance ? payment.unapplied : invoice.balance;
    payment.unapplied -= amount;
    return this.settle(invoice, payment, amount);
  }

  private settle(invoice: InvoiceFact, payment: PaymentFact, amount: bigint): OutgoingEvent[] {
    invoice.balance -= amount;
    if (invoice.balance === 0n) this.open.splice(this.open.indexOf(invoice.id), 1);
    return this.change([this.toldPayment(payment), this.told(invoice)]);
  }

  private anOpenInvoice(): InvoiceFact {
    return this.invoices.get(this.random.pick(this.open))!;
  }

  private newPayment(customer: string, total: bigint, unapplied: bigint): PaymentFact {
    const payment: PaymentFact = { id: this.newId(), customer, version: 0, total, unapplied };
    this.payments.set(payment.id, payment);
    return payment;
  }

  private newId(): string {
    this.documents += 1;
    return `00000000-0000-5000-8000-${String(this.documents).padStart(12, '0')}`;
  }

  private change(told: readonly Told[]): OutgoingEvent[] {
    const changeId = `drill-${(this.changes += 1)}`;
    this.noteJudged(told);
    return told.map(({ type, data, customer, subject }, i) =>
      outgoing(topicDefs.receivable, type as 'invoice_created', data as never, {
        orgId,
        key: customerKey(orgId, customer),
        subject,
        time: new Date(),
        changeId,
        changeCustomers: [customer],
        last: i === told.length - 1,
      }),
    );
  }

  private noteJudged(told: readonly Told[]): void {
    const customer = told[0]!.customer;
    const changes = this.judged.get(customer) ?? [];
    this.judged.set(customer, changes);
    const before = changes.at(-1)?.whole ?? 0n;
    let sum = before;
    const sums = told.map(({ subject, owed }) => {
      sum += owed - (this.owed.get(subject) ?? 0n);
      this.owed.set(subject, owed);
      return sum;
    });
    const half = sums.at(-2);
    changes.push({ half: half === before ? undefined : half, whole: sum });
    this.events.set(customer, (this.events.get(customer) ?? 0) + told.length);
  }

  private told(invoice: InvoiceFact): Told {
    invoice.version += 1;
    const { id, version, customer, total, balance } = invoice;
    const state =
      balance === 0n
        ? InvoiceState_State.PAID
        : balance === total
          ? InvoiceState_State.OPEN
          : InvoiceState_State.PARTLY_PAID;
    const data = create(InvoiceStateSchema, {
      invoiceId: id,
      version,
      customerId: customer,
      state,
      number: `D-${id.slice(-8)}`,
      currency,
      totalMinor: String(total),
      netMinor: String(total),
      balanceMinor: String(balance),
      issueDate: '2026-11-01',
      dueDate: '2026-12-01',
      sourceDueDate: '2026-12-01',
      exchangeRate: '1',
      settledBy: {
        cashMinor: String(total - balance),
        creditMinor: '0',
        writeOffMinor: '0',
        discountMinor: '0',
        otherMinor: '0',
      },
      source: { ...company, externalId: id.slice(-8), externalType: 'Invoice', marker: String(version) },
    });
    const type = version === 1 ? 'invoice_created' : balance === 0n ? 'invoice_paid' : 'invoice_updated';
    return { type, data, customer, subject: `invoice/${id}`, owed: balance };
  }

  private toldPayment(payment: PaymentFact): Told {
    payment.version += 1;
    const { id, version, customer, total, unapplied } = payment;
    const data = create(PaymentStateSchema, {
      paymentId: id,
      version,
      customerId: customer,
      state: PaymentState_State.RECEIVED,
      number: `P-${id.slice(-8)}`,
      currency,
      totalMinor: String(total),
      unappliedMinor: String(unapplied),
      date: '2026-11-05',
      exchangeRate: '1',
      source: { ...company, externalId: id.slice(-8), externalType: 'Payment', marker: String(version) },
    });
    const type = version === 1 ? 'payment_received' : 'payment_updated';
    return { type, data, customer, subject: `payment/${id}`, owed: -unapplied };
  }
}

interface Told {
  type: string;
  data: unknown;
  customer: string;
  subject: string;
  /** What this document adds to the exposure. */
  owed: bigint;
}
