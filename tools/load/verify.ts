import { setTimeout as sleep } from 'node:timers/promises';
import { formatDecimal, parseDecimal } from '@cashloop/money';
import Table from 'cli-table3';
import type { LedgerTotals } from './ledger/totals.ts';
import type { CreditTotals, Gateway } from './send/gateway.ts';
import { Stillness } from './send/follow.ts';

/** Both sides of one currency. Amounts in minor units. */
export interface Comparison {
  currency: string;
  fileOpen: bigint;
  creditOpen: bigint;
  filePaid: number;
  creditPaid: number;
}

/** Sets the file's totals beside credit-scoring's; every currency of either side stands in the answer. */
export function compare(file: LedgerTotals, credit: readonly CreditTotals[]): Comparison[] {
  const theirs = new Map(credit.map((totals) => [totals.currency, totals]));
  const currencies = [...new Set([...file.byCurrency.keys(), ...theirs.keys()])].sort();
  return currencies.map((currency) => {
    const own = file.byCurrency.get(currency);
    const other = theirs.get(currency);
    return {
      currency,
      fileOpen: own?.open ?? 0n,
      creditOpen: other === undefined ? 0n : parseDecimal(other.open_balance, currency),
      filePaid: own?.paidInvoices ?? 0,
      creditPaid: other?.paid_invoices ?? 0,
    };
  });
}

export const agree = (comparisons: readonly Comparison[]): boolean =>
  comparisons.every(
    ({ fileOpen, creditOpen, filePaid, creditPaid }) => fileOpen === creditOpen && filePaid === creditPaid,
  );

/** Asks until both sides agree or credit-scoring's figures have stood still. */
export async function verify(
  file: LedgerTotals,
  gateway: Gateway,
  realm: string,
  options: { stillMs?: number; everyMs?: number } = {},
): Promise<Comparison[]> {
  const still = new Stillness(options.stillMs ?? 15_000);
  for (;;) {
    const totals = await gateway.totals(realm);
    const comparisons = compare(file, totals);
    if (agree(comparisons) || still.tooLong(JSON.stringify(totals))) return comparisons;
    await sleep(options.everyMs ?? 500);
  }
}

export function showComparison(comparisons: readonly Comparison[]): string {
  const head = ['currency', 'figure', 'file', 'credit-scoring', 'difference'];
  const table = new Table({
    head,
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  });
  for (const { currency, fileOpen, creditOpen, filePaid, creditPaid } of comparisons) {
    const money = (minor: bigint): string => formatDecimal(minor, currency);
    table.push([currency, 'open balance', money(fileOpen), money(creditOpen), money(creditOpen - fileOpen)]);
    table.push([currency, 'paid invoices', filePaid, creditPaid, creditPaid - filePaid]);
  }
  return table.toString();
}
