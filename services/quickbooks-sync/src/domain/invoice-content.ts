import { EXTERNAL_TYPES, type InvoiceContent, type InvoiceWord } from './content.ts';
import type { InvoiceFacts } from './facts.ts';
import type { Settlement } from './spread.ts';

/** What an invoice's content is made of besides its own facts. */
export interface InvoiceContext {
  company: string;
  deleted: boolean;
  /** First due date seen; a later one waits for a manager. */
  acceptedDueDate: string;
  /** Parts of all payments that settle this invoice. */
  settlements: readonly Settlement[];
}

/** QuickBooks has no status field: a voided invoice also shows total 0 and balance 0, told apart by its note. */
export function invoiceWord(facts: InvoiceFacts, deleted: boolean): InvoiceWord {
  if (deleted) return 'DELETED';
  if (facts.totalMinor === 0n) return facts.voided ? 'VOIDED' : 'ZERO';
  if (facts.balanceMinor === 0n) return 'PAID';
  return facts.balanceMinor === facts.totalMinor ? 'OPEN' : 'PARTLY_PAID';
}

export function invoiceContent(facts: InvoiceFacts, context: InvoiceContext): InvoiceContent {
  const state = invoiceWord(facts, context.deleted);
  const dead = state === 'DELETED' || state === 'VOIDED';
  const settledMinor = dead ? 0n : facts.totalMinor - facts.balanceMinor;
  return {
    kind: 'invoice',
    state,
    number: facts.number,
    currency: facts.currency,
    totalMinor: facts.totalMinor.toString(),
    netMinor: facts.netMinor.toString(),
    balanceMinor: dead ? '0' : facts.balanceMinor.toString(),
    issueDate: facts.date,
    dueDate: context.acceptedDueDate,
    sourceDueDate: facts.dueDate,
    costMinor: '',
    orderId: facts.orderId,
    exchangeRate: facts.exchangeRate,
    settledBy: settledBy(settledMinor, context.settlements),
    source: {
      company: context.company,
      externalId: facts.externalId,
      externalType: EXTERNAL_TYPES.invoice,
      marker: context.deleted ? '' : facts.marker,
    },
  };
}

/**
 * What reduced the invoice, by kind; sums to total - balance. What no payment explains is `other`; payments that claim
 * more than the invoice shows (read a moment apart) are cut to it.
 */
function settledBy(settledMinor: bigint, settlements: readonly Settlement[]): InvoiceContent['settledBy'] {
  let left = settledMinor > 0n ? settledMinor : 0n;
  const take = (kind: Settlement['from']['kind']): string => {
    const claimed = settlements.filter((s) => s.from.kind === kind).reduce((a, s) => a + s.amountMinor, 0n);
    const taken = claimed < left ? claimed : left;
    left -= taken;
    return taken.toString();
  };
  const cashMinor = take('cash');
  const creditMinor = take('credit_note');
  return { cashMinor, creditMinor, writeOffMinor: '0', discountMinor: '0', otherMinor: left.toString() };
}

/** An earlier date counts at once; a later one does not until a manager accepts it. */
export function acceptDueDate(accepted: string | null, shown: string): string {
  return accepted === null || shown < accepted ? shown : accepted;
}
