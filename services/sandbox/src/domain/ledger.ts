import { businessRule, invalidReference } from './faults.ts';
import { type Application, balanceEffect, type Customer, type Txn } from './records.ts';

/** One line of a payment as asked for. */
export type ApplicationLine = Omit<Application, 'paymentId'>;

/** What a ledger starts from: payments come with all their lines, and lines with the documents they name. */
export interface Loaded {
  customers: Iterable<Customer>;
  txns: Iterable<Txn>;
  applications: Iterable<Application>;
}

/**
 * The documents one write works on, loaded together under the company's lock. It keeps three sums true:
 * an invoice's balance and a credit memo's remaining credit are their total less what payments apply;
 * a payment's unapplied part is its total plus the credit it uses less what it settles;
 * a customer's balance is open invoices less unapplied payments and remaining credits.
 */
export class Ledger {
  readonly #customers = new Map<string, Customer>();
  readonly #txns = new Map<string, Txn>();
  readonly #lines = new Map<string, readonly Application[]>();
  readonly #moved = new Set<string>();
  readonly #freed = new Set<string>();
  readonly #reapplied = new Set<string>();
  readonly #balances = new Map<string, bigint>();

  constructor({ customers, txns, applications }: Loaded) {
    for (const customer of customers) this.#customers.set(customer.id, customer);
    for (const txn of txns) this.#txns.set(txn.id, txn);
    for (const line of applications) this.#lines.set(line.paymentId, [...this.linesOf(line.paymentId), line]);
  }

  /** @throws ApiFault 2500 */
  customer(id: string): Customer {
    const customer = this.#customers.get(id);
    if (customer === undefined) throw invalidReference(`Names element id ${id}`);
    return customer;
  }

  txn(id: string): Txn | undefined {
    return this.#txns.get(id);
  }

  linesOf(paymentId: string): readonly Application[] {
    return this.#lines.get(paymentId) ?? [];
  }

  linesTo(targetId: string): Application[] {
    return [...this.#lines.values()].flat().filter((line) => line.targetId === targetId);
  }

  /** Invoices and credit memos whose open amount moved because of a payment. */
  get moved(): Txn[] {
    return [...this.#moved].map((id) => this.#txns.get(id)!);
  }

  /** Payments that lost a line to a document that was voided, deleted or made smaller. */
  get freed(): Txn[] {
    return [...this.#freed].map((id) => this.#txns.get(id)!);
  }

  /** Payments whose lines are to be stored again. */
  get reapplied(): string[] {
    return [...this.#reapplied];
  }

  /** By how much each customer's balance moved, in minor units. */
  get balanceMoves(): ReadonlyMap<string, bigint> {
    return this.#balances;
  }

  /** Puts a new or changed document in and answers it with its open amount worked out. */
  put(txn: Txn): Txn {
    const before = this.#txns.get(txn.id);
    if (txn.kind === 'Payment')
      return this.#set({ ...txn, openMinor: unapplied(txn.totalMinor, this.linesOf(txn.id)) });
    const applied = before === undefined ? 0n : before.totalMinor - before.openMinor;
    return this.#set({ ...txn, openMinor: txn.totalMinor - applied });
  }

  /** Replaces a payment's lines. @throws ApiFault 2500, 6000 */
  apply(payment: Txn, asked: readonly ApplicationLine[]): void {
    const lines = mergeLines(payment.id, asked);
    for (const line of this.linesOf(payment.id)) this.#move(line.targetId, line.amountMinor);
    for (const line of lines) this.#use(payment, line);
    const left = unapplied(payment.totalMinor, lines);
    if (left < 0n)
      throw businessRule('The amount applied is more than the amount received and the credits used', 'Line');
    if (left > payment.totalMinor)
      throw businessRule('The credits used are more than the invoices they settle', 'Line');
    this.#setLines(payment.id, lines);
  }

  /** Cuts what payments apply to a document, the latest first, until it is no more than `mostMinor`. */
  shrinkTo(targetId: string, mostMinor: bigint): void {
    const lines = this.linesTo(targetId);
    let over = lines.reduce((total, line) => total + line.amountMinor, 0n) - mostMinor;
    for (const line of lines.reverse()) {
      if (over <= 0n) return;
      const cut = over < line.amountMinor ? over : line.amountMinor;
      over -= cut;
      this.#cut(line.paymentId, line.targetId, cut);
      this.#freed.add(line.paymentId);
      this.#rebalance(line.paymentId);
    }
  }

  #set(txn: Txn): Txn {
    const before = this.#txns.get(txn.id);
    if (before !== undefined) this.#shift(before.customerId, -balanceEffect(before));
    this.#txns.set(txn.id, txn);
    this.#shift(txn.customerId, balanceEffect(txn));
    return txn;
  }

  #shift(customerId: string, byMinor: bigint): void {
    this.#balances.set(customerId, (this.#balances.get(customerId) ?? 0n) + byMinor);
  }

  #move(targetId: string, byMinor: bigint): void {
    const target = this.#txns.get(targetId)!;
    this.#set({ ...target, openMinor: target.openMinor + byMinor });
    this.#moved.add(targetId);
  }

  #setLines(paymentId: string, lines: readonly Application[]): void {
    this.#lines.set(paymentId, lines);
    this.#reapplied.add(paymentId);
    const payment = this.#txns.get(paymentId)!;
    this.#set({ ...payment, openMinor: unapplied(payment.totalMinor, lines) });
  }

  #use(payment: Txn, line: Application): void {
    const target = this.#txns.get(line.targetId);
    if (target === undefined || target.kind !== line.targetKind || target.state === 'deleted') {
      throw invalidReference(`Transaction ${line.targetKind} ${line.targetId}`);
    }
    if (target.currency !== payment.currency)
      throw businessRule('The transactions are in different currencies', 'CurrencyRef');
    if (!this.#sameFamily(payment.customerId, target.customerId)) {
      throw businessRule('The payment and the linked transaction belong to different customers', 'LinkedTxn');
    }
    if (target.openMinor < line.amountMinor) {
      throw businessRule('The amount applied is more than what is open on the transaction', 'Line');
    }
    this.#move(target.id, -line.amountMinor);
  }

  /** A parent may pay for its sub-customers, and they for it. */
  #sameFamily(payer: string, debtor: string): boolean {
    const [a, b] = [this.#customers.get(payer), this.#customers.get(debtor)];
    return payer === debtor || b?.parentId === payer || a?.parentId === debtor;
  }

  #cut(paymentId: string, targetId: string, byMinor: bigint): void {
    const lines = this.linesOf(paymentId).flatMap((line) => {
      if (line.targetId !== targetId) return [line];
      return line.amountMinor > byMinor ? [{ ...line, amountMinor: line.amountMinor - byMinor }] : [];
    });
    this.#move(targetId, byMinor);
    this.#setLines(paymentId, lines);
  }

  /** A zero payment cannot settle an invoice without its credit, nor use a credit without an invoice. */
  #rebalance(paymentId: string): void {
    for (;;) {
      const { totalMinor, openMinor } = this.#txns.get(paymentId)!;
      const kind = openMinor < 0n ? 'Invoice' : 'CreditMemo';
      const over = openMinor < 0n ? -openMinor : openMinor - totalMinor;
      const last = this.linesOf(paymentId).findLast((line) => line.targetKind === kind);
      if (over <= 0n || last === undefined) return;
      this.#cut(paymentId, last.targetId, over < last.amountMinor ? over : last.amountMinor);
    }
  }
}

/** What a payment leaves unapplied; negative when it settles more than it brings. */
export const unapplied = (totalMinor: bigint, lines: readonly ApplicationLine[]): bigint =>
  lines.reduce(
    (left, line) => left + (line.targetKind === 'CreditMemo' ? line.amountMinor : -line.amountMinor),
    totalMinor,
  );

/** Two lines for one document are one application; a line of 0 is none. */
function mergeLines(paymentId: string, lines: readonly ApplicationLine[]): Application[] {
  const merged = new Map<string, Application>();
  for (const line of lines) {
    const amountMinor = (merged.get(line.targetId)?.amountMinor ?? 0n) + line.amountMinor;
    merged.set(line.targetId, { paymentId, ...line, amountMinor });
  }
  return [...merged.values()].filter((line) => line.amountMinor > 0n);
}
