import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../../test/json.ts';
import { type Connected, invoice, payment, type RunningSandbox, runSandbox } from '../../test/running-sandbox.ts';

let sandbox: RunningSandbox;
let company: Connected;
let customer: string;

beforeAll(async () => {
  sandbox = await runSandbox();
  company = await sandbox.connect('Company API');
  const { data } = await company.api.post('/customer', { DisplayName: 'Ann Archer' });
  customer = data.Customer.Id;
});
afterAll(() => sandbox?.close());

const create = async (entity: string, body: object) => {
  const { data } = await company.api.post(`/${entity.toLowerCase()}?minorversion=75`, body);
  expect(data.Fault).toBeUndefined();
  return data[entity];
};
const read = async (entity: string, id: string) =>
  (await company.api.get(`/${entity.toLowerCase()}/${id}`)).data[entity];
const code = (data: Json) => data.Fault?.Error[0].code;

test('a payment moves the invoice: balance, SyncToken, links, and the customer', async () => {
  const made = await create('Invoice', invoice(customer, 1250, { DocNumber: 'OTC-1', TxnDate: '2026-11-02' }));
  expect(made).toMatchObject({ SyncToken: '0', TotalAmt: 1250, Balance: 1250, DueDate: '2026-12-02', LinkedTxn: [] });
  const paid = await create('Payment', payment(customer, 600, { [made.Id]: 600 }));
  expect(paid).toMatchObject({
    TotalAmt: 600,
    UnappliedAmt: 0,
    Line: [{ Amount: 600, LinkedTxn: [{ TxnId: made.Id, TxnType: 'Invoice' }] }],
  });
  expect(await read('Invoice', made.Id)).toMatchObject({
    Balance: 650,
    SyncToken: '1',
    LinkedTxn: [{ TxnId: paid.Id, TxnType: 'Payment' }],
  });
  expect((await read('Customer', customer)).Balance).toBe(650);
});

test('amounts stay as they are written', async () => {
  const { data } = await company.api.post(
    '/invoice',
    `{"CustomerRef":{"value":"${customer}"},"Line":[{"Amount":90071992547409.91,"DetailType":"SalesItemLineDetail","SalesItemLineDetail":{"ItemRef":{"value":"1"}}}]}`,
    {
      headers: { 'content-type': 'application/json' },
      transformResponse: (text: string) => text,
    },
  );
  expect(data).toContain('"TotalAmt":90071992547409.91,');
  const id = /"Id":"(\d+)","SyncToken"/.exec(data)![1]!;
  await company.api.post('/invoice?operation=delete', { Id: id, SyncToken: '0' });
});

test('a credit memo is applied by a payment of 0', async () => {
  const bill = await create('Invoice', invoice(customer, 200));
  const memo = await create('CreditMemo', invoice(customer, 150));
  expect(memo).toMatchObject({ TotalAmt: 150, Balance: 150, RemainingCredit: 150 });
  const lines = [
    { Amount: 120, LinkedTxn: [{ TxnId: bill.Id, TxnType: 'Invoice' }] },
    { Amount: 120, LinkedTxn: [{ TxnId: memo.Id, TxnType: 'CreditMemo' }] },
  ];
  const zero = await create('Payment', { CustomerRef: { value: customer }, TotalAmt: 0, Line: lines });
  expect(zero).toMatchObject({ TotalAmt: 0, UnappliedAmt: 0 });
  expect(await read('CreditMemo', memo.Id)).toMatchObject({
    RemainingCredit: 30,
    SyncToken: '1',
    LinkedTxn: [{ TxnId: zero.Id }],
  });
  expect(await read('Invoice', bill.Id)).toMatchObject({ Balance: 80 });
  // Voiding the invoice gives the credit back.
  await company.api.post('/invoice?operation=void', { Id: bill.Id, SyncToken: '1' });
  expect(await read('CreditMemo', memo.Id)).toMatchObject({ RemainingCredit: 150, LinkedTxn: [] });
});

test('void and delete free the other side', async () => {
  const bill = await create('Invoice', invoice(customer, 300, { PrivateNote: 'order 7' }));
  const paid = await create('Payment', payment(customer, 300, { [bill.Id]: 300 }));
  const { data } = await company.api.post('/invoice?operation=void', { Id: bill.Id, SyncToken: '1' });
  expect(data.Invoice).toMatchObject({
    TotalAmt: 0,
    Balance: 0,
    PrivateNote: 'Voided - order 7',
    LinkedTxn: [],
    SyncToken: '2',
  });
  expect(await read('Payment', paid.Id)).toMatchObject({ UnappliedAmt: 300, Line: [], SyncToken: '0' });
  const gone = await company.api.post('/payment?operation=delete', { Id: paid.Id, SyncToken: '0' });
  expect(gone.data.Payment).toEqual({ domain: 'QBO', status: 'Deleted', Id: paid.Id });
  const { data: missing } = await company.api.get(`/payment/${paid.Id}`);
  expect(code(missing)).toBe('610');
});

test('the office takes what is open, and refuses where nothing is', async () => {
  const bill = await create('Invoice', invoice(customer, 80));
  const take = () => sandbox.admin.post(`/companies/${company.realm}/payments`, { invoice_id: bill.Id });
  expect((await take()).data).toMatchObject({ invoice_id: bill.Id, amount: '80.00' });
  expect(await read('Invoice', bill.Id)).toMatchObject({ Balance: 0 });
  const again = await take();
  expect([again.status, again.data.code]).toEqual([422, 'sandbox.nothing_open']);
});

test('sparse keeps, full blanks, a stale SyncToken is refused', async () => {
  const bill = await create('Invoice', invoice(customer, 10, { PrivateNote: 'keep me', DocNumber: 'SPARSE-1' }));
  const sparse = await company.api.post('/invoice', {
    Id: bill.Id,
    SyncToken: '0',
    sparse: true,
    DueDate: '2027-01-01',
  });
  expect(sparse.data.Invoice).toMatchObject({
    PrivateNote: 'keep me',
    DueDate: '2027-01-01',
    TotalAmt: 10,
    DocNumber: 'SPARSE-1',
    SyncToken: '1',
  });
  const full = await company.api.post('/invoice', { Id: bill.Id, SyncToken: '1', ...invoice(customer, 20) });
  expect(full.data.Invoice.PrivateNote).toBeUndefined();
  expect(full.data.Invoice.TotalAmt).toBe(20);
  const stale = await company.api.post('/invoice', { Id: bill.Id, SyncToken: '1', ...invoice(customer, 30) });
  expect([stale.status, code(stale.data)]).toEqual([400, '5010']);
});

test('refusals carry their codes', async () => {
  const post = async (path: string, body: unknown) => code((await company.api.post(path, body)).data);
  expect(await post('/customer', { DisplayName: 'ann archer' })).toBe('6240');
  expect(await post('/invoice', invoice('99999', 1))).toBe('2500');
  expect(await post('/invoice', invoice(customer, 1, { Nonsense: 1 }))).toBe('2010');
  expect(await post('/invoice', { CustomerRef: { value: customer } })).toBe('2020');
  expect(await post('/invoice', invoice(customer, 1, { DocNumber: 'x'.repeat(22) }))).toBe('2050');
  expect(await post('/payment', payment(customer, 5, { '999999': 5 }))).toBe('2500');
  expect(await post('/vendor', { DisplayName: 'x' })).toBe('500');
  expect(await post('/invoice', '{broken')).toBe('2010');
  await create('Invoice', invoice(customer, 1, { DocNumber: 'TWICE' }));
  expect(await post('/invoice', invoice(customer, 1, { DocNumber: 'TWICE' }))).toBe('6140');
  expect(
    await post('/invoice?include=allowduplicatedocnum', invoice(customer, 1, { DocNumber: 'TWICE' })),
  ).toBeUndefined();
});

test('the same requestid acts once', async () => {
  const body = invoice(customer, 77);
  const first = await company.api.post('/invoice?requestid=abc-1', body);
  const second = await company.api.post('/invoice?requestid=abc-1', body);
  expect(second.data).toEqual(first.data);
});

test('a batch answers item by item', async () => {
  const { data, status } = await company.api.post('/batch', {
    BatchItemRequest: [
      { bId: 'a', operation: 'create', Invoice: invoice(customer, 5) },
      { bId: 'b', operation: 'create', Invoice: invoice('99999', 5) },
      { bId: 'c', Query: `select count(*) from Customer` },
    ],
  });
  expect(status).toBe(200);
  const by = Object.fromEntries(data.BatchItemResponse.map((item: Json) => [item.bId, item]));
  expect(by.a.Invoice.Balance).toBe(5);
  expect(by.b.Fault.Error[0].code).toBe('2500');
  expect(by.c.QueryResponse.totalCount).toBe(1);
  const voided = await company.api.post('/batch', {
    BatchItemRequest: [
      {
        bId: 'v',
        operation: 'update',
        optionsData: 'void',
        Invoice: { Id: by.a.Invoice.Id, SyncToken: '0', sparse: true },
      },
    ],
  });
  expect(voided.data.BatchItemResponse[0].Invoice).toMatchObject({ TotalAmt: 0, PrivateNote: 'Voided' });
  const many = Array.from({ length: 31 }, (_, i) => ({ bId: String(i), Query: 'select * from Customer' }));
  expect(code((await company.api.post('/batch', { BatchItemRequest: many })).data)).toBe('1040');
});
