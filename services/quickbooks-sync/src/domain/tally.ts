import { convert, MoneyError } from '@cashloop/money';
import type { InvoiceContent, PaymentContent } from './content.ts';
import type { Written } from './publishing.ts';

/** What the documented counters count of one publication; history moves none of them. */
export interface Tally {
  /** Invoices first seen live. */
  invoicesGenerated: number;
  /** Invoices that became paid, at least in part by cash. */
  invoicesPaid: number;
  /** Live payments in minor units of the org's base currency. */
  paymentsBaseMinor: bigint[];
}

export function tally(written: readonly Written[], currencies: { home: string; base: string }): Tally {
  const result: Tally = { invoicesGenerated: 0, invoicesPaid: 0, paymentsBaseMinor: [] };
  for (const { version, before, observed } of written) {
    if (observed === 'import' || version.movedToCustomerId !== '') continue;
    const { content } = version;
    if (content.kind === 'invoice') {
      if (version.version === 1) result.invoicesGenerated++;
      if (becamePaid(content, before?.content.state)) result.invoicesPaid++;
    } else if (content.kind === 'payment' && version.version === 1 && content.state === 'RECEIVED') {
      const minor = inBase(content, currencies);
      if (minor !== null) result.paymentsBaseMinor.push(minor);
    }
  }
  return result;
}

const becamePaid = (content: InvoiceContent, before: string | undefined): boolean =>
  content.state === 'PAID' && before !== 'PAID' && BigInt(content.settledBy.cashMinor) > 0n;

/** Null when no rate leads to the base currency: QuickBooks' rates lead to the company's home currency only. */
function inBase(content: PaymentContent, { home, base }: { home: string; base: string }): bigint | null {
  const minor = BigInt(content.totalMinor);
  if (content.currency === base) return minor;
  if (home !== base) return null;
  try {
    return convert(minor, content.currency, base, content.exchangeRate);
  } catch (error) {
    if (error instanceof MoneyError) return null;
    throw error;
  }
}
