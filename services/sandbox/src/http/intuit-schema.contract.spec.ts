import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enumeration, objections, replyXml, requestXml } from '../../test/intuit-schema.ts';
import type { Json } from '../../test/json.ts';
import { type Connected, invoice, payment, type RunningSandbox, runSandbox } from '../../test/running-sandbox.ts';

/**
 * Relied on: Intuit's own schema files (test/xsd). Every request of a trading story and every reply to it is written as
 * XML in the schema's order and validated, and the stand-in's own XML replies are validated as they come.
 */
const requests: { element: string; body: Json }[] = [];
const replies: Json[] = [];
const xmlReplies: string[] = [];
let sandbox: RunningSandbox;
let company: Connected;

beforeAll(async () => {
  sandbox = await runSandbox();
  company = await sandbox.connect('Schema', { currency: 'USD' });
  await story();
}, 60_000);
afterAll(() => sandbox?.close());

async function post(path: string, body: Json, element?: string): Promise<Json> {
  requests.push({ element: element ?? names[path.split('?')[0]!]!, body });
  const { data } = await company.api.post(path, body);
  replies.push(data);
  return Object.values(data)[0];
}
const names: Record<string, string> = {
  '/customer': 'Customer',
  '/invoice': 'Invoice',
  '/payment': 'Payment',
  '/creditmemo': 'CreditMemo',
};

async function get(path: string, params: object = {}): Promise<void> {
  replies.push((await company.api.get(path, { params })).data);
  xmlReplies.push((await company.api.get(path, { params, headers: { Accept: 'application/xml' } })).data);
}

async function story(): Promise<void> {
  const customer = await post('/customer', {
    DisplayName: 'Schäfer & Söhne <1>',
    GivenName: 'Eva',
    PrimaryEmailAddr: { Address: 'eva@example.com' },
    PrimaryPhone: { FreeFormNumber: '+49 30 1' },
    BillAddr: { Line1: 'Weg 1', City: 'Berlin', Country: 'DE', PostalCode: '10115' },
    Notes: 'TERI-1',
    CurrencyRef: { value: 'EUR' },
  });
  await post('/customer', {
    DisplayName: 'Site 1',
    Job: true,
    ParentRef: { value: customer.Id },
    CurrencyRef: { value: 'EUR' },
  });
  const bill = await post('/invoice?requestid=r1', {
    ...invoice(customer.Id, 100, {
      DocNumber: 'S-1',
      TxnDate: '2026-11-02',
      DueDate: '2026-12-02',
      PrivateNote: 'order 1',
      CurrencyRef: { value: 'EUR' },
    }),
    CustomerMemo: { value: 'Thanks' },
    BillEmail: { Address: 'ap@example.com' },
    TxnTaxDetail: { TotalTax: 19 },
  });
  const discounted = await post('/invoice', {
    CustomerRef: { value: customer.Id },
    Line: [
      {
        Amount: 1250,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: { ItemRef: { value: '1' }, Qty: 10, UnitPrice: 125 },
      },
      { Description: 'a remark', DetailType: 'DescriptionOnly', DescriptionLineDetail: {} },
      { Amount: 50, DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: false } },
    ],
  });
  expect(discounted).toMatchObject({ TotalAmt: 1200, Balance: 1200, ExchangeRate: 1.085, HomeTotalAmt: 1302 });
  const memo = await post('/creditmemo', invoice(customer.Id, 30));
  await post('/payment', {
    ...payment(customer.Id, 60, { [bill.Id]: 60 }),
    PaymentRefNum: 'CHK 1',
    TxnDate: '2026-11-03',
  });
  await post('/payment', {
    CustomerRef: { value: customer.Id },
    TotalAmt: 0,
    Line: [
      { Amount: 30, LinkedTxn: [{ TxnId: bill.Id, TxnType: 'Invoice' }] },
      { Amount: 30, LinkedTxn: [{ TxnId: memo.Id, TxnType: 'CreditMemo' }] },
    ],
  });
  await post('/invoice', { Id: discounted.Id, SyncToken: '0', sparse: true, DueDate: '2027-01-31' });
  await post('/invoice?operation=void', { Id: discounted.Id, SyncToken: '1' });
  const extra = await post('/payment', payment(customer.Id, 5, {}));
  await post('/payment?operation=delete', { Id: extra.Id, SyncToken: '0' });
  await post('/invoice', { ...invoice('999', 1) });
  await post(
    '/batch',
    {
      BatchItemRequest: [
        { bId: 'a', operation: 'create', Invoice: invoice(customer.Id, 5) },
        { bId: 'b', operation: 'create', Customer: { DisplayName: 'Site 1' } },
        { bId: 'c', Query: 'select * from Customer' },
        { bId: 'd', operation: 'update', optionsData: 'void', Invoice: { Id: bill.Id, SyncToken: '2', sparse: true } },
      ],
    },
    'IntuitBatchRequest',
  );
  for (const entity of ['Customer', 'Invoice', 'Payment', 'CreditMemo', 'Item', 'Account', 'CompanyInfo', 'Vendor']) {
    await get('/query', { query: `select * from ${entity}` });
    await get('/query', { query: `select count(*) from ${entity}` });
  }
  await get('/query', { query: 'select nothing' });
  await get('/cdc', {
    entities: 'Customer,Invoice,Payment,CreditMemo,Item',
    changedSince: new Date(Date.now() - 60_000).toISOString(),
  });
  for (const path of [
    `/customer/${customer.Id}`,
    `/invoice/${bill.Id}`,
    '/invoice/999',
    '/item/1',
    `/companyinfo/${company.realm}`,
    '/preferences',
  ])
    await get(path);
  await get('/exchangerate', { sourcecurrencycode: 'EUR', asofdate: '2026-11-02' });
}

test('requests fit', async () => {
  expect(requests).toHaveLength(13);
  expect(await objections(requests.map(({ element, body }) => requestXml(element, body)))).toEqual([]);
});

test('replies fit', async () => {
  expect(replies.length).toBeGreaterThan(35);
  expect(await objections(replies.map((reply) => replyXml(reply)))).toEqual([]);
});

test("the stand-in's own XML fits", async () => {
  expect(xmlReplies.length).toBeGreaterThan(24);
  expect(await objections(xmlReplies)).toEqual([]);
});

test('fault types are those of the schema', () => {
  const types = replies.flatMap((reply) => reply.Fault?.type ?? []);
  expect(types.length).toBeGreaterThan(0);
  for (const type of types) expect(enumeration('FaultTypeEnum')).toContain(type);
});

test('the check itself refuses what the schema lacks', async () => {
  expect(() => replyXml({ Invoice: { Colour: 'red' } })).toThrow('Invoice has no Colour');
  expect(() => replyXml({ Invoice: { EmailStatus: 'Perhaps' } })).toThrow('is not one of EmailStatusEnum');
  expect(await objections([replyXml({ Invoice: { TxnDate: 'soon' } })])).not.toEqual([]);
});
