import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../../test/json.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type Connected,
  invoice,
  payment,
  type RunningSandbox,
  runSandbox,
} from '../../test/running-sandbox.ts';

/** Relied on: `node-quickbooks` 2.0, unchanged, with nothing but its base addresses pointed at the stand-in. */
const QuickBooks = createRequire(import.meta.url)('node-quickbooks');

let sandbox: RunningSandbox;
let company: Connected;
let call: (method: string, ...args: unknown[]) => Promise<Json>;
let client: Json;

beforeAll(async () => {
  sandbox = await runSandbox();
  company = await sandbox.connect('Stock client');
  QuickBooks.setOauthVersion('1.0');
  QuickBooks.V3_ENDPOINT_BASE_URL = `${sandbox.url}/v3/company/`;
  QuickBooks.TOKEN_URL = `${sandbox.url}/oauth2/v1/tokens/bearer`;
  QuickBooks.REVOKE_URL = `${sandbox.url}/oauth2/v1/tokens/revoke`;
  client = new QuickBooks(
    CLIENT_ID,
    CLIENT_SECRET,
    company.accessToken,
    false,
    company.realm,
    true,
    false,
    75,
    '2.0',
    company.refreshToken,
  );
  call = (method, ...args) => (promisify(client[method].bind(client)) as (...all: unknown[]) => Promise<Json>)(...args);
});
afterAll(() => sandbox?.close());

test('a trading story', async () => {
  const customer = await call('createCustomer', { DisplayName: "O'Neil & Sons" });
  const bill = await call('createInvoice', invoice(customer.Id, 250));
  const paid = await call('createPayment', payment(customer.Id, 100, { [bill.Id]: 100 }));
  expect(await call('getInvoice', bill.Id)).toMatchObject({ Balance: 150, SyncToken: '1' });
  const found = await call('findInvoices', [{ field: 'Id', value: [bill.Id], operator: 'IN' }]);
  expect(found.QueryResponse.Invoice[0].TotalAmt).toBe(250);
  expect((await call('findCustomers', { DisplayName: "O'Neil & Sons" })).QueryResponse.Customer).toHaveLength(1);
  expect((await call('findCreditMemos', { count: true })).QueryResponse.totalCount).toBe(0);
  const updated = await call('updateInvoice', { Id: bill.Id, SyncToken: '1', PrivateNote: 'hello' });
  expect(updated).toMatchObject({ PrivateNote: 'hello', TotalAmt: 250, SyncToken: '2' });
  await expect(call('updateInvoice', { Id: bill.Id, SyncToken: '1', PrivateNote: 'late' })).rejects.toMatchObject({
    response: { data: { Fault: { Error: [{ code: '5010' }] } } },
  });
  const voided = await call('voidPayment', { Id: paid.Id, SyncToken: paid.SyncToken });
  expect(voided).toMatchObject({ TotalAmt: 0, PrivateNote: 'Voided' });
  expect((await call('getInvoice', bill.Id)).Balance).toBe(250);
  await call('voidInvoice', bill.Id);
  expect(await call('getInvoice', bill.Id)).toMatchObject({ TotalAmt: 0, Balance: 0, PrivateNote: 'Voided - hello' });
  await call('deletePayment', paid.Id);
});

test('paging through everything', async () => {
  const customer = await call('createCustomer', { DisplayName: 'Many' });
  for (let i = 0; i < 7; i += 1) await call('createInvoice', invoice(customer.Id, 10 + i));
  const found = await call('findInvoices', { CustomerRef: customer.Id, limit: 3, fetchAll: true });
  expect(found.QueryResponse.Invoice.map((one: Json) => one.TotalAmt).sort()).toEqual([10, 11, 12, 13, 14, 15, 16]);
});

test('change feed and batch', async () => {
  const feed = await call('changeDataCapture', ['Invoice', 'Payment'], new Date(Date.now() - 60_000));
  expect(feed.CDCResponse[0].QueryResponse[1].Payment).toContainEqual(expect.objectContaining({ status: 'Deleted' }));
  const batch = await call('batch', [
    { bId: '1', operation: 'create', Customer: { DisplayName: 'Batched' } },
    { bId: '2', Query: 'select * from Item' },
  ]);
  expect(batch.BatchItemResponse[0].Customer.DisplayName).toBe('Batched');
  expect(batch.BatchItemResponse[1].QueryResponse.Item[0].Id).toBe('1');
});

test('its token calls', async () => {
  const answer = await call('refreshAccessToken');
  expect(answer).toMatchObject({ token_type: 'bearer', refresh_token: company.refreshToken });
  expect((await call('getCompanyInfo', company.realm)).CompanyName).toBe('Stock client');
  await call('revokeAccess', true);
});
