import { formatDecimal, parseDecimal } from '@cashloop/money';
import type { BulkPayment } from './documents.ts';

/** A credit memo that is used up in part or whole, as the file says; on which invoice it does not say. */
export interface UsedCredit {
  key: string;
  customerKey: string;
  currency: string;
  /** Minor units used; grows into `matched` as invoices are found. */
  used: bigint;
  matched: bigint;
  /** The day it was cleared, if known. */
  date?: string;
}

/**
 * Finds the invoices that used-up credit memos went to: those of the same customer cleared on the same day, as accounting
 * systems clear them together. The payment then brings that much less money.
 */
export class UsedCredits {
  readonly all: UsedCredit[] = [];
  readonly #byDay = new Map<string, UsedCredit[]>();

  add(credit: UsedCredit): void {
    this.all.push(credit);
    const day = `${credit.customerKey}|${credit.date ?? ''}`;
    this.#byDay.set(day, [...(this.#byDay.get(day) ?? []), credit]);
  }

  /** The payment with as much credit in it as there is; the same object when there is none. */
  apply(payment: BulkPayment): BulkPayment {
    const credits = this.#byDay
      .get(`${payment.customer_key}|${payment.txn_date}`)
      ?.filter((credit) => credit.matched < credit.used);
    const line = payment.lines[0];
    if (credits === undefined || credits.length === 0 || line === undefined) return payment;
    const currency = credits[0]!.currency;
    let room = parseDecimal(line.amount, currency);
    const lines = [...payment.lines];
    let cash = parseDecimal(payment.amount, currency);
    for (const credit of credits) {
      const part = room < credit.used - credit.matched ? room : credit.used - credit.matched;
      if (part <= 0n) break;
      credit.matched += part;
      room -= part;
      cash -= part;
      lines.push({ credit_memo_key: credit.key, amount: formatDecimal(part, currency) });
    }
    return { ...payment, amount: formatDecimal(cash, currency), lines };
  }
}
