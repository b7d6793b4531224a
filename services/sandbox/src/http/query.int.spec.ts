import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../../test/json.ts';
import { type Connected, invoice, payment, type RunningSandbox, runSandbox } from '../../test/running-sandbox.ts';

let sandbox: RunningSandbox;
let company: Connected;
const ids: string[] = [];

beforeAll(async () => {
  sandbox = await runSandbox();
  company = await sandbox.connect('Query');
  for (const name of ["Bob's Burgers", 'Carla', 'Dora']) {
    const { data } = await company.api.post('/customer', {
      DisplayName: name,
      PrimaryEmailAddr: { Address: `${name[0]}@example.com` },
    });
    ids.push(data.Customer.Id);
  }
  for (let i = 1; i <= 25; i += 1)
    await company.api.post('/invoice', invoice(ids[i % 3]!, i * 10, { DocNumber: `Q${i}`, TxnDate: '2026-11-02' }));
});
afterAll(() => sandbox?.close());

const ask = async (query: string) => (await company.api.get('/query', { params: { query } })).data;
const numbers = (data: Json): string[] => (data.QueryResponse.Invoice ?? []).map((one: Json) => one.DocNumber);

test('operators', async () => {
  expect(numbers(await ask("select * from Invoice where DocNumber = 'Q7'"))).toEqual(['Q7']);
  expect(numbers(await ask("SELECT * FROM Invoice WHERE DocNumber IN ('Q7','Q9') ORDERBY DocNumber DESC"))).toEqual([
    'Q9',
    'Q7',
  ]);
  expect(
    numbers(await ask("select * from Invoice where DocNumber LIKE 'Q2%' and TotalAmt < '230' order by DocNumber")),
  ).toEqual(['Q2', 'Q20', 'Q21', 'Q22']);
  expect(
    numbers(await ask("select * from Invoice where Balance >= '240' and TxnDate = '2026-11-02' orderby Balance")),
  ).toEqual(['Q24', 'Q25']);
  expect((await ask("select * from Customer where DisplayName = 'Bob\\'s Burgers'")).QueryResponse.Customer[0].Id).toBe(
    ids[0],
  );
  expect(
    numbers(
      await ask(
        `select * from invoice where CustomerRef = '${ids[1]}' and Metadata.LastUpdatedTime > '2020-01-01T00:00:00-08:00'`,
      ),
    ),
  ).toHaveLength(9);
});

test('pages', async () => {
  const second = (await ask('select * from Invoice orderby Id startposition 11 maxresults 10')).QueryResponse;
  expect(second).toMatchObject({ startPosition: 11, maxResults: 10 });
  expect(second.Invoice[0].DocNumber).toBe('Q11');
  const all = (await ask('select * from Invoice')).QueryResponse;
  expect(all).toMatchObject({ startPosition: 1, maxResults: 25, totalCount: 25 });
  expect((await ask("select * from Invoice where DocNumber = 'none'")).QueryResponse).toEqual({});
  expect((await ask('select count(*) from Invoice')).QueryResponse).toEqual({ totalCount: 25 });
  expect((await ask('select * from Vendor')).QueryResponse).toEqual({});
});

test('inactive names hide unless asked for', async () => {
  await company.api.post('/customer', { Id: ids[2], SyncToken: '0', sparse: true, Active: false });
  expect((await ask('select count(*) from Customer')).QueryResponse.totalCount).toBe(2);
  expect((await ask('select count(*) from Customer where Active IN (true,false)')).QueryResponse.totalCount).toBe(3);
});

test('a statement may be posted', async () => {
  const { data } = await company.api.post('/query', "select * from Invoice where DocNumber = 'Q3'", {
    headers: { 'content-type': 'application/text' },
  });
  expect(numbers(data)).toEqual(['Q3']);
});

test.each([
  ['select from Invoice', '4000'],
  ['select * from Invoice where', '4000'],
  ["select * from Invoice where DocNumber = 'a' or DocNumber = 'b'", '4000'],
  ['select * from Invoice startposition 0', '4001'],
  ['select * from Invoice maxresults 1001', '4001'],
  ["select * from Invoice where Color = 'red'", '4001'],
  ["select * from Invoice where TxnDate = 'soon'", '4001'],
  ['select * from Spoon', '4001'],
])('%s is refused with %s', async (statement, code) => {
  const { status, data } = await company.api.get('/query', { params: { query: statement } });
  expect([status, data.Fault.Error[0].code, data.Fault.type]).toEqual([400, code, 'ValidationFault']);
});

test('the change feed has whole objects and stubs of deleted ones', async () => {
  const { data: paid } = await company.api.post('/payment', payment(ids[0]!, 30, {}));
  await company.api.post('/payment?operation=delete', { Id: paid.Payment.Id, SyncToken: '0' });
  const changedSince = new Date(Date.now() - 60_000).toISOString();
  const { data } = await company.api.get('/cdc', {
    params: { entities: 'Invoice,Payment,CreditMemo,Customer', changedSince },
  });
  const [invoices, payments, memos, customers] = data.CDCResponse[0].QueryResponse;
  expect(invoices.Invoice).toHaveLength(25);
  expect(invoices.maxResults).toBe(25);
  expect(payments.Payment).toEqual([
    { domain: 'QBO', status: 'Deleted', Id: paid.Payment.Id, MetaData: { LastUpdatedTime: expect.any(String) } },
  ]);
  expect(memos).toEqual({});
  expect(customers.Customer).toHaveLength(3);
  expect(data.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00$/);
});

test('the change feed is cut at 1,000 objects and looks back 30 days', async () => {
  const rows = [{ kind: 'customer', key: 'X', display_name: 'X' } as object];
  for (let i = 0; i < 1200; i += 1)
    rows.push({ kind: 'invoice', key: `X${i}`, customer_key: 'X', txn_date: '2026-01-01', amount: '1' });
  await sandbox.admin.post(`/companies/${company.realm}/bulk`, rows.map((row) => JSON.stringify(row)).join('\n'), {
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const feed = (entities: string, ms: number) =>
    company.api.get('/cdc', { params: { entities, changedSince: new Date(Date.now() - ms).toISOString() } });
  const { data } = await feed('Customer,Invoice', 60_000);
  const [customers, invoices] = data.CDCResponse[0].QueryResponse;
  expect(customers.Customer.length + invoices.Invoice.length).toBe(1000);
  expect((await feed('Invoice', 31 * 86_400_000)).data.Fault.Error[0].code).toBe('4001');
  expect((await feed('TaxCode', 1000)).data.Fault).toBeDefined();
});
