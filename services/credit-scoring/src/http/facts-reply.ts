import type { Client } from '../stores/client.view.ts';
import type { ApplicationRow, FactRows, InvoiceFact, PaymentFact } from '../stores/facts.view.ts';
import { decimal } from './client-reply.ts';

const amount = (minor: string, currency: string): number => decimal(BigInt(minor), currency);

/** Facts of an account as CREDIT.md section 8 lists them, amounts in each document's currency. */
export function factsReply(client: Client, rows: FactRows, now: Date) {
  const { account } = client;
  return {
    as_of: client.dataAsOf ?? now,
    currency: account.currency,
    account_version: Number(account.version),
    invoices: rows.invoices.map((one) => ({
      ...one,
      amount: amount(one.amount, one.currency),
      net_amount: amount(one.net_amount, one.currency),
      cost: one.cost === null ? null : amount(one.cost, one.currency),
      balance: amount(one.balance, one.currency),
    })),
    payments: rows.payments.map(({ applications: _, ...one }) => ({
      ...one,
      amount: amount(one.amount, one.currency),
      unapplied: amount(one.unapplied, one.currency),
    })),
    applications: applicationsOf(rows),
    credit_notes: rows.creditNotes.map(({ applications, ...one }) => ({
      ...one,
      amount: amount(one.amount, one.currency),
      // A memo that writes off or discounts takes no revenue away.
      net_amount: applications.some(isNoReturn) ? 0 : amount(one.net_amount, one.currency),
      unapplied: amount(one.unapplied, one.currency),
    })),
    adjustments: rows.adjustments.map((one) => ({ ...one, amount: amount(one.amount, one.currency) })),
    // Bank lines are attributed by cash-application, which does not exist yet: there are none.
    bank_credits: [],
  };
}

const isNoReturn = (application: ApplicationRow): boolean =>
  application.kind === 'write_off' || application.kind === 'discount';

function applicationsOf(rows: FactRows) {
  const invoices = new Map(rows.invoices.map((invoice) => [invoice.id, invoice]));
  const told = [...rows.payments, ...rows.creditNotes].flatMap((source: PaymentFact) =>
    source.applications.map((one) => ({ ...one, currency: source.currency })),
  );
  const applied = new Map<string, bigint>();
  for (const one of told) applied.set(one.invoice_id, (applied.get(one.invoice_id) ?? 0n) + BigInt(one.amount_minor));
  return [
    ...told.map((one) => ({
      date: one.date,
      invoice_id: one.invoice_id,
      amount: amount(one.amount_minor, invoices.get(one.invoice_id)?.currency ?? one.currency),
      kind: one.kind,
    })),
    ...rows.invoices.flatMap((invoice) => otherReduction(invoice, applied.get(invoice.id) ?? 0n)),
  ];
}

/** Whatever else reduced an invoice, so that balance = amount - applications always holds. Its date is the invoice's. */
function otherReduction(invoice: InvoiceFact, applied: bigint) {
  const rest = BigInt(invoice.amount) - BigInt(invoice.balance) - applied;
  if (rest === 0n) return [];
  return [{ date: invoice.date, invoice_id: invoice.id, amount: decimal(rest, invoice.currency), kind: 'other' }];
}
