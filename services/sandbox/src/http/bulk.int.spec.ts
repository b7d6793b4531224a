import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../../test/json.ts';
import { type Connected, type RunningSandbox, runSandbox } from '../../test/running-sandbox.ts';

let sandbox: RunningSandbox;
let company: Connected;

beforeAll(async () => {
  sandbox = await runSandbox();
  company = await sandbox.connect('Bulk', { currency: 'EUR' });
});
afterAll(() => sandbox?.close());

const bulk = async (rows: readonly object[]) => {
  const body = rows.map((row) => JSON.stringify(row)).join('\n');
  const { data } = await sandbox.admin.post(`/companies/${company.realm}/bulk`, body, {
    headers: { 'content-type': 'application/x-ndjson' },
  });
  return data;
};
const query = async (statement: string) =>
  (await company.api.get('/query', { params: { query: statement } })).data.QueryResponse;

const customer = { kind: 'customer', key: 'C014', display_name: 'C014', currency: 'EUR', notes: 'from a ledger' };
const bill = {
  kind: 'invoice',
  key: 'I1',
  customer_key: 'C014',
  doc_number: '6111',
  txn_date: '2012-01-03',
  due_date: '2012-02-02',
  amount: '50.39',
};
const paid = {
  kind: 'payment',
  key: 'P1',
  customer_key: 'C014',
  txn_date: '2012-01-15',
  lines: [{ invoice_key: 'I1', amount: '50.39' }],
  amount: '50.39',
};
const memo = {
  kind: 'credit_memo',
  key: 'M1',
  customer_key: 'C014',
  doc_number: '9',
  txn_date: '2012-01-20',
  amount: '12.00',
};

test('rows become documents, once', async () => {
  expect(await bulk([customer, bill, paid, memo])).toEqual({ created: 4, skipped: 0, errors: [] });
  expect(await bulk([customer, bill, paid, memo])).toEqual({ created: 0, skipped: 4, errors: [] });
  const { Invoice } = await query("select * from Invoice where DocNumber = '6111'");
  expect(Invoice).toHaveLength(1);
  expect(Invoice[0]).toMatchObject({
    Balance: 0,
    TotalAmt: 50.39,
    TxnDate: '2012-01-03',
    DueDate: '2012-02-02',
    SyncToken: '1',
    CurrencyRef: { value: 'EUR' },
  });
  const { Customer } = await query("select * from Customer where DisplayName = 'C014'");
  expect(Customer[0]).toMatchObject({ Balance: -12, Notes: 'from a ledger' });
});

test('bad rows are reported with line and reason, good ones are kept', async () => {
  const rows = [
    { ...bill, amount: '50.40' },
    { ...bill, key: 'I2', customer_key: 'nobody' },
    { ...bill, key: 'I3', amount: '10' },
    { ...paid, key: 'P3', lines: [{ invoice_key: 'I3', amount: '11' }], amount: '11' },
    { kind: 'customer', key: 'C015', display_name: 'c014' },
    { kind: 'customer', key: 'C016', display_name: 'C016', currency: 'QQQ' },
    { ...bill, key: 'I4', txn_date: '2012-02-30' },
    { ...bill, key: 'I5', amount: '1.999' },
    { kind: 'spoon', key: 'S' },
  ];
  const answer = await bulk(rows);
  expect(answer.created).toBe(1);
  expect(answer.errors.map((error: Json) => [error.line, error.key, error.code])).toEqual([
    [1, 'I1', 'bulk.key_reused'],
    [2, 'I2', 'bulk.unknown_customer'],
    [4, 'P3', 'bulk.over_applied'],
    [5, 'C015', 'bulk.duplicate_name'],
    [6, 'C016', 'bulk.unknown_currency'],
    [7, 'I4', 'bulk.invalid'],
    [8, 'I5', 'money.too_many_decimals'],
    [9, 'S', 'bulk.unknown_kind'],
  ]);
});

test('later batches settle earlier documents', async () => {
  await bulk([{ ...bill, key: 'I10', doc_number: '10', amount: '100' }]);
  await bulk([{ ...paid, key: 'P10', lines: [{ invoice_key: 'I10', amount: '40' }], amount: '45' }]);
  const { Invoice } = await query("select * from Invoice where DocNumber = '10'");
  expect(Invoice[0]).toMatchObject({ Balance: 60, SyncToken: '1' });
  expect((await query("select * from Customer where DisplayName = 'C014'")).Customer[0].Balance).toBe(60 + 10 - 12 - 5);
});

test('15,000 rows take seconds, and pages of 1,000 come quickly', async () => {
  const started = Date.now();
  let created = 0;
  for (let call = 0; call < 3; call += 1) {
    const rows: object[] = [{ kind: 'customer', key: `B${call}`, display_name: `B${call}` }];
    for (let i = 0; i < 2499; i += 1) {
      const key = `${call}-${i}`;
      rows.push({ ...bill, key: `BI${key}`, customer_key: `B${call}`, doc_number: key });
      rows.push({
        ...paid,
        key: `BP${key}`,
        customer_key: `B${call}`,
        lines: [{ invoice_key: `BI${key}`, amount: '20.39' }],
        amount: '20.39',
      });
    }
    created += (await bulk(rows)).created;
  }
  const loadedMs = Date.now() - started;
  expect(created).toBe(3 * 4999);
  expect((await query('select count(*) from Invoice')).totalCount).toBe(3 * 2499 + 3);
  const asked = Date.now();
  const page = await query('select * from Invoice orderby Id startposition 5001 maxresults 1000');
  const pageMs = Date.now() - asked;
  expect(page.Invoice).toHaveLength(1000);
  expect(page).toMatchObject({ startPosition: 5001, maxResults: 1000 });
  expect((await query("select * from Customer where DisplayName = 'B2'")).Customer[0].Balance).toBe(2499 * 30);
  process.stdout.write(`bulk: ${Math.round((created / loadedMs) * 1000)} rows/s, page of 1000 in ${pageMs} ms\n`);
  expect(loadedMs).toBeLessThan(60_000);
}, 120_000);
