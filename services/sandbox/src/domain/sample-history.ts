import { formatDecimal } from '@cashloop/money';
import type { BulkPayment, BulkSale } from './bulk-row.ts';
import { type Profile, seasonality } from './sample-profile.ts';
import type { SampleRandom } from './sample-random.ts';
import { plusDays } from './timestamps.ts';

const MONTHS = 24;
const text = (cents: number): string => formatDecimal(BigInt(cents), 'USD');

/** Documents of one customer, and what it owes at the end in cents. */
export interface History {
  rows: (BulkSale | BulkPayment)[];
  owedCents: number;
}

/** Two years of one customer's invoices and what became of them, up to `today`. */
export function sampleHistory(random: SampleRandom, key: string, profile: Profile, today: string): History {
  const history: History = { rows: [], owedCents: 0 };
  let number = 0;
  for (let month = MONTHS; month > 0; month -= 1) {
    const from = plusDays(today, -Math.round(month * 30.4));
    const busy = seasonality[Number(from.slice(5, 7)) - 1] ?? 1;
    const expected = profile.invoicesPerMonth * busy;
    const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
    for (let i = 0; i < count; i += 1) {
      const date = plusDays(from, random.int(0, 29));
      number += 1;
      if (date <= today) addInvoice(random, history, { key, number, profile, date, today });
    }
  }
  return history;
}

interface Sale {
  key: string;
  number: number;
  profile: Profile;
  date: string;
  today: string;
}

function addInvoice(random: SampleRandom, history: History, sale: Sale): void {
  const { key, number, profile, date, today } = sale;
  const cents = Math.max(2500, Math.round(profile.typicalCents * 10 ** random.normal(0, 0.18)));
  const due = plusDays(date, profile.termsDays);
  const invoice = `${key}-I${number}`;
  history.rows.push({
    kind: 'invoice',
    key: invoice,
    customer_key: key,
    txn_date: date,
    due_date: due,
    amount: text(cents),
    note: `order SO-${key.slice(1)}${String(number).padStart(3, '0')}`,
  });
  history.owedCents += cents;
  let left = cents;
  if (random.chance(0.03)) left -= credit(random, history, sale, invoice, cents);
  if (random.chance(profile.neverPays)) return;
  const paid = plusDays(due, Math.round(random.normal(profile.lateDays, profile.lateSpread)));
  const first = paid > date ? paid : plusDays(date, 1);
  if (!random.chance(profile.partPayments)) return pay(history, sale, `${invoice}-P1`, invoice, first, left, today);
  const half = Math.round(left * (0.3 + random.next() * 0.4));
  pay(history, sale, `${invoice}-P1`, invoice, first, half, today);
  pay(history, sale, `${invoice}-P2`, invoice, plusDays(first, random.int(12, 40)), left - half, today);
}

function pay(
  history: History,
  { key }: Sale,
  payment: string,
  invoice: string,
  date: string,
  cents: number,
  today: string,
): void {
  if (date > today || cents <= 0) return;
  const lines = [{ invoice_key: invoice, amount: text(cents) }];
  history.rows.push({ kind: 'payment', key: payment, customer_key: key, txn_date: date, amount: text(cents), lines });
  history.owedCents -= cents;
}

/** A return: a credit memo, applied by a payment of 0. Answers by how much less there is to pay. */
function credit(
  random: SampleRandom,
  history: History,
  { key, date, today }: Sale,
  invoice: string,
  cents: number,
): number {
  const memoDate = plusDays(date, random.int(2, 10));
  if (memoDate > today) return 0;
  const amount = Math.round(cents * (0.05 + random.next() * 0.2));
  const memo = `${invoice}-C`;
  history.rows.push({ kind: 'credit_memo', key: memo, customer_key: key, txn_date: memoDate, amount: text(amount) });
  history.owedCents -= amount;
  if (random.chance(0.3)) return 0;
  const lines = [
    { invoice_key: invoice, amount: text(amount) },
    { credit_memo_key: memo, amount: text(amount) },
  ];
  history.rows.push({ kind: 'payment', key: `${memo}-A`, customer_key: key, txn_date: memoDate, amount: '0', lines });
  return amount;
}
