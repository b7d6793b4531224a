import { allocate } from '@cashloop/money';
import { compareIds, type PaymentFacts } from './facts.ts';

/** A part of one payment that settles one invoice, and where the money or credit came from. */
export interface Settlement {
  invoiceId: string;
  /** External id of the credit memo that was spent; null for cash; 'other' for anything else on the payment. */
  from: { kind: 'cash' } | { kind: 'credit_note'; externalId: string } | { kind: 'other' };
  amountMinor: bigint;
  /** ISO date of the payment. */
  date: string;
}

/**
 * What a payment settles. A payment may spend cash and several credit memos on several invoices without saying which
 * paid which: each source is spread over the invoices pro rata. Source by source over what is still to be settled, so
 * that every source is used up exactly and no invoice gets more than its line.
 */
export function settlementsOf(payment: PaymentFacts): Settlement[] {
  if (payment.voided) return [];
  const targets = sumByTarget(payment, 'invoice');
  const sources = sourcesOf(payment);
  const left = targets.map(([, amount]) => amount);
  const toSettle = sum(left);
  const available = sum(sources.map((source) => source.amountMinor));
  // Links to expenses, journal entries or deposits take or bring the difference.
  if (available > toSettle) left.push(available - toSettle);
  if (available < toSettle) sources.push({ from: { kind: 'other' }, amountMinor: toSettle - available });
  return sources.flatMap(({ from, amountMinor }) => {
    const parts = allocate(amountMinor, left);
    parts.forEach((part, i) => (left[i]! -= part));
    return targets
      .map(([invoiceId], i) => ({ invoiceId, from, amountMinor: parts[i]!, date: payment.date }))
      .filter((settlement) => settlement.amountMinor > 0n);
  });
}

function sourcesOf(payment: PaymentFacts): { from: Settlement['from']; amountMinor: bigint }[] {
  const cash = payment.totalMinor - payment.unappliedMinor;
  const notes = sumByTarget(payment, 'credit_note').map(([externalId, amountMinor]) => ({
    from: { kind: 'credit_note' as const, externalId },
    amountMinor,
  }));
  return cash > 0n ? [{ from: { kind: 'cash' as const }, amountMinor: cash }, ...notes] : notes;
}

function sumByTarget(payment: PaymentFacts, to: 'invoice' | 'credit_note'): [string, bigint][] {
  const sums = new Map<string, bigint>();
  for (const line of payment.lines) {
    if (line.to !== to || line.amountMinor <= 0n) continue;
    sums.set(line.externalId, (sums.get(line.externalId) ?? 0n) + line.amountMinor);
  }
  return [...sums].sort(([a], [b]) => compareIds(a, b));
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
