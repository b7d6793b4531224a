/** What a ledger comes to, in one currency. Amounts in minor units. */
export interface CurrencyTotals {
  invoices: number;
  /** Invoices of more than 0 with nothing left to pay. */
  paidInvoices: number;
  zeroInvoices: number;
  creditMemos: number;
  payments: number;
  /** Sum of what is left to pay on invoices. */
  open: bigint;
  /** What customers have in their favour: unused credit memos, unapplied and too large payments. */
  unapplied: bigint;
}

/** Totals by currency. */
export class LedgerTotals {
  readonly byCurrency = new Map<string, CurrencyTotals>();

  of(currency: string): CurrencyTotals {
    let totals = this.byCurrency.get(currency);
    if (totals === undefined) {
      totals = { invoices: 0, paidInvoices: 0, zeroInvoices: 0, creditMemos: 0, payments: 0, open: 0n, unapplied: 0n };
      this.byCurrency.set(currency, totals);
    }
    return totals;
  }

  addInvoice(currency: string, gross: bigint, paid: bigint): void {
    const totals = this.of(currency);
    totals.invoices++;
    if (gross === 0n) totals.zeroInvoices++;
    else if (paid >= gross) totals.paidInvoices++;
    if (paid < gross) totals.open += gross - paid;
    else totals.unapplied += paid - gross;
  }
}
