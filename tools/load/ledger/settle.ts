import type { RowKind } from '../values/kind.ts';
import type { PaidState } from '../values/status.ts';

/** What one row says in numbers, in minor units of its currency. Absent: the cell is empty or there is no such column. */
export interface RowFacts {
  kind?: RowKind;
  side?: 'debit' | 'credit';
  amount?: bigint;
  open?: bigint;
  paid?: bigint;
  paidDate?: string;
  state?: PaidState;
  /** On payment rows: the row names the invoice it pays. */
  hasReference?: boolean;
}

/** How this file means its columns; decided from all of it. */
export interface Meaning {
  /** Some files call the whole amount "open amount" and tell by a flag or date whether it is. */
  open: 'open' | 'amount';
  /** Credit memos are written without a minus sign. */
  creditsArePositive: boolean;
  /** Payments are written with a minus sign. */
  paidIsNegative: boolean;
  /** The date of payment is one of clearing: on credit memos and payments it says that they are used up. */
  paidDateClears: boolean;
  /** Some column tells whether an invoice is paid. */
  paidIsKnown: boolean;
}

export type Settled =
  | { kind: 'invoice'; gross: bigint; paid: bigint }
  /** `open`: the part not yet used. */
  | { kind: 'credit'; gross: bigint; open: bigint }
  | { kind: 'payment'; gross: bigint; open: bigint; applied: boolean }
  | { kind: 'skip'; why: 'void' | 'draft' | 'payable' | 'closed' }
  | { kind: 'reject'; why: string };

const abs = (n: bigint): bigint => (n < 0n ? -n : n);

/** Decides what a row is and how much of it is paid. Amounts go before words, words before dates. */
export function settle(row: RowFacts, meaning: Meaning): Settled {
  const facts = row.state === 'issued' ? { ...row, state: undefined } : row;
  if (facts.state === 'void' || facts.state === 'draft') return { kind: 'skip', why: facts.state };
  if (facts.kind === 'payable') return { kind: 'skip', why: 'payable' };
  if (facts.state === 'written_off') return { kind: 'reject', why: 'it is written off: neither open nor paid' };
  const open = meaning.open === 'open' ? facts.open : undefined;
  const amount = facts.amount ?? (meaning.open === 'amount' ? facts.open : undefined);
  const base = amount ?? (open === undefined ? undefined : open + paidPart(facts, meaning));
  if (base === undefined) return { kind: 'reject', why: 'it has no amount' };
  if (amount === undefined && base === 0n) return { kind: 'skip', why: 'closed' };
  const signed = facts.side === 'credit' ? -abs(base) : base;
  if (facts.kind === 'payment') return payment(abs(signed), open, facts, meaning);
  if (signed < 0n || (facts.kind === 'credit' && meaning.creditsArePositive)) {
    return { kind: 'credit', gross: abs(signed), open: unused(abs(signed), open, facts, meaning) };
  }
  return invoice(signed, facts.side === 'credit' && open !== undefined ? -open : open, facts, meaning);
}

function paidPart(facts: RowFacts, meaning: Meaning): bigint {
  const paid = facts.paid ?? 0n;
  return meaning.paidIsNegative ? -paid : paid;
}

function invoice(gross: bigint, open: bigint | undefined, facts: RowFacts, meaning: Meaning): Settled {
  if (gross === 0n) return { kind: 'invoice', gross, paid: 0n };
  if (open !== undefined) {
    if (open > gross) return { kind: 'reject', why: 'more is open than its whole amount' };
    return { kind: 'invoice', gross, paid: gross - open };
  }
  if (facts.paid !== undefined) return byPaidAmount(gross, paidPart(facts, meaning), facts);
  if (facts.state === 'partly') return { kind: 'reject', why: 'it is partly paid, and no column says how much' };
  if (facts.state !== undefined) return { kind: 'invoice', gross, paid: facts.state === 'paid' ? gross : 0n };
  return { kind: 'invoice', gross, paid: facts.paidDate === undefined ? 0n : gross };
}

/** "Paid" in words closes an invoice whatever was paid: the rest was a discount or let go. */
function byPaidAmount(gross: bigint, paid: bigint, facts: RowFacts): Settled {
  if (paid < 0n) return { kind: 'reject', why: 'its paid amount is negative' };
  const closed = facts.state === 'paid' || (paid === 0n && facts.paidDate !== undefined && facts.state === undefined);
  return { kind: 'invoice', gross, paid: closed && paid < gross ? gross : paid };
}

/** What is left of a credit memo or payment. */
function unused(gross: bigint, open: bigint | undefined, facts: RowFacts, meaning: Meaning): bigint {
  if (open !== undefined) return abs(open) < gross ? abs(open) : gross;
  if (facts.state === 'paid') return 0n;
  if (facts.state === undefined && facts.paidDate !== undefined && (facts.kind !== 'payment' || meaning.paidDateClears))
    return 0n;
  const used = abs(paidPart(facts, meaning));
  return used < gross ? gross - used : 0n;
}

function payment(gross: bigint, open: bigint | undefined, facts: RowFacts, meaning: Meaning): Settled {
  if (gross === 0n) return { kind: 'skip', why: 'closed' };
  if (facts.hasReference === true) {
    // Where invoices tell themselves what was paid, their payments are already in it.
    return meaning.paidIsKnown ? { kind: 'skip', why: 'closed' } : { kind: 'payment', gross, open: 0n, applied: true };
  }
  const rest = unused(gross, open, { ...facts, paid: undefined }, meaning);
  return rest === 0n ? { kind: 'skip', why: 'closed' } : { kind: 'payment', gross, open: rest, applied: false };
}
