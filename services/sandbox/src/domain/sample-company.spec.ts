import { expect, test } from '@jest/globals';
import { BulkPlan } from './bulk-plan.ts';
import { sampleCompany } from './sample-company.ts';

const today = '2026-11-21';
const now = new Date('2026-11-21T12:00:00Z');
const sample = sampleCompany(7, 200, today);
const company = {
  realmId: '1',
  name: 'Sample',
  homeCurrency: 'USD',
  timeZone: 'UTC',
  freedPaymentMoves: false,
  uniqueDocNumbers: true,
  webhooks: true,
  createdAt: now,
};

test('the same seed and day make the same company, another seed another', () => {
  expect(sampleCompany(7, 200, today)).toEqual(sample);
  expect(sampleCompany(8, 200, today).rows).not.toEqual(sample.rows);
});

test('all rows load, and some customers are over or near their limits', () => {
  const plan = new BulkPlan(
    { company, now, nameId: 1n, txnId: 1n, docNumber: 1001n },
    { customersByKey: new Map(), txnsByKey: new Map(), names: new Set() },
  );
  sample.rows.forEach((row, index) => plan.add({ line: index + 1, row }));
  expect(plan.errors).toEqual([]);
  const used = sample.customers.map(({ creditLimit }, index) => {
    const balance = plan.balances.get(String(index + 1)) ?? 0n;
    return Number(balance) / Number(creditLimit.replace('.', ''));
  });
  const over = used.filter((share) => share > 1).length;
  expect(over).toBeGreaterThanOrEqual(6);
  expect(over).toBeLessThanOrEqual(10);
  expect(used.filter((share) => share > 0.8 && share <= 1).length).toBeGreaterThanOrEqual(10);
});

test('two years up to today, paid mostly, with credit memos and part payments', () => {
  const dates = sample.rows.flatMap((row) => (row.kind === 'customer' ? [] : [row.txn_date])).sort();
  expect(dates[0]! < '2024-12-15').toBe(true);
  expect(dates.at(-1)! <= today && dates.at(-1)! > '2026-11-10').toBe(true);
  const count = (kind: string) => sample.rows.filter((row) => row.kind === kind).length;
  expect(count('invoice')).toBeGreaterThan(4000);
  expect(count('payment')).toBeGreaterThan(count('invoice') * 0.8);
  expect(count('credit_memo')).toBeGreaterThan(50);
  expect(sample.customers).toHaveLength(200);
  for (const { externalRating, creditLimit } of sample.customers) {
    expect(externalRating >= 1 && externalRating <= 100 && Number(creditLimit) > 0).toBe(true);
  }
});
