import { parseQbo, type QboObject } from './quickbooks.json.ts';
import { mapCreditMemo, mapCustomer, mapInvoice, mapPayment } from './quickbooks.mapping.ts';
import { mapRows } from './quickbooks.rows.ts';

const parsed = (json: string): QboObject => parseQbo(json) as QboObject;
const head = `"Id":"412","SyncToken":"3","MetaData":{"LastUpdatedTime":"2026-11-02T01:10:11-08:00"},"CustomerRef":{"value":"58"},"TxnDate":"2026-11-02"`;

test('invoice: exact money, net of tax, due date, order from the note, linked payments', () => {
  const json = `{${head},"DocNumber":"OTC-2041","DueDate":"2026-12-02","TotalAmt":1250.10,"Balance":650.1,"TxnTaxDetail":{"TotalTax":250.02},
    "PrivateNote":"order 7d1e","LinkedTxn":[{"TxnId":"500","TxnType":"Payment"},{"TxnId":"3","TxnType":"Estimate"}]}`;
  expect(mapInvoice(parsed(json), 'USD')).toEqual({
    kind: 'invoice',
    externalId: '412',
    customerExternalId: '58',
    marker: '3',
    updatedAt: '2026-11-02T09:10:11.000Z',
    currency: 'USD',
    exchangeRate: '1',
    number: 'OTC-2041',
    date: '2026-11-02',
    totalMinor: 125_010n,
    netMinor: 100_008n,
    balanceMinor: 65_010n,
    voided: false,
    dueDate: '2026-12-02',
    orderId: '7d1e',
    paymentIds: ['500'],
  });
});

test('an amount no float can hold stays exact', () => {
  expect(
    mapInvoice(parsed(`{${head},"TotalAmt":90071992547409.93,"Balance":90071992547409.93}`), 'USD').totalMinor,
  ).toBe(9007199254740993n);
});

test('a foreign currency keeps its rate; its own decimals count', () => {
  const json = `{${head},"CurrencyRef":{"value":"JPY"},"ExchangeRate":0.0067,"TotalAmt":125000,"Balance":0}`;
  expect(mapInvoice(parsed(json), 'USD')).toMatchObject({
    currency: 'JPY',
    exchangeRate: '0.0067',
    totalMinor: 125_000n,
  });
});

test('a foreign document without a rate has none: 1:1 would be a guess', () => {
  const foreign = parsed(`{${head},"CurrencyRef":{"value":"EUR"},"TotalAmt":100,"Balance":100}`);
  for (const map of [mapInvoice, mapPayment, mapCreditMemo]) expect(map(foreign, 'USD').exchangeRate).toBe('');
  expect(mapInvoice(foreign, 'EUR').exchangeRate).toBe('1');
});

test.each([
  ['{"Name":"Order ID","StringValue":"SO-9"}', '', 'SO-9'],
  ['{"Name":"Crew #","StringValue":"102"}', 'Order: A-7/3', 'A-7/3'],
  ['{"Name":"Order ID","StringValue":""}', 'nothing here', ''],
  ['{"Name":"x"}', 'reorder 55', ''],
])('order id from %s and note "%s" is "%s"', (field, note, order) => {
  const json = `{${head},"TotalAmt":1,"Balance":1,"CustomField":[${field}],"PrivateNote":"${note}"}`;
  expect(mapInvoice(parsed(json), 'USD').orderId).toBe(order);
});

test('voided: total 0 and a note that begins with Voided; a mere zero invoice is not', () => {
  expect(mapInvoice(parsed(`{${head},"TotalAmt":0,"Balance":0,"PrivateNote":"Voided - order 1"}`), 'USD').voided).toBe(
    true,
  );
  expect(mapInvoice(parsed(`{${head},"TotalAmt":0,"Balance":0}`), 'USD').voided).toBe(false);
  expect(mapInvoice(parsed(`{${head},"TotalAmt":5,"Balance":5,"PrivateNote":"Voided cheque"}`), 'USD').voided).toBe(
    false,
  );
});

test('payment: lines by what they settle', () => {
  const json = `{${head},"TotalAmt":600,"UnappliedAmt":0.5,"PaymentRefNum":"CHK 1","Line":[
    {"Amount":500,"LinkedTxn":[{"TxnId":"412","TxnType":"Invoice"}]},{"Amount":10,"LinkedTxn":[{"TxnId":"7","TxnType":"CreditMemo"}]},
    {"Amount":109.5,"LinkedTxn":[{"TxnId":"8","TxnType":"Expense"}]}]}`;
  expect(mapPayment(parsed(json), 'USD')).toMatchObject({
    number: 'CHK 1',
    totalMinor: 60_000n,
    unappliedMinor: 50n,
    lines: [
      { to: 'invoice', externalId: '412', amountMinor: 50_000n },
      { to: 'credit_note', externalId: '7', amountMinor: 1_000n },
      { to: 'other', externalId: '8', amountMinor: 10_950n },
    ],
  });
});

test('credit memo: what is left', () => {
  expect(mapCreditMemo(parsed(`{${head},"TotalAmt":12,"RemainingCredit":2,"Balance":2}`), 'USD')).toMatchObject({
    totalMinor: 1_200n,
    remainingMinor: 200n,
  });
});

test('customer: a job belongs to its parent; others do not', () => {
  const customer = (extra: string) =>
    mapCustomer(
      parsed(
        `{"Id":"9","SyncToken":"0","MetaData":{"LastUpdatedTime":"2026-11-02T01:10:11-08:00"},"DisplayName":"Nine"${extra}}`,
      ),
      'EUR',
    );
  expect(customer(',"Job":true,"ParentRef":{"value":"58"}')).toMatchObject({
    parentExternalId: '58',
    currency: 'EUR',
    active: true,
  });
  expect(customer(',"Active":false,"ParentRef":{"value":"58"},"PrimaryEmailAddr":{"Address":"a@b.c"}')).toMatchObject({
    parentExternalId: '',
    active: false,
    email: 'a@b.c',
  });
});

test('a row that makes no sense is kept raw and stops no other', () => {
  const rows = [
    parsed(`{${head},"TotalAmt":1.005,"Balance":0}`),
    parsed(`{"Id":"5"}`),
    parsed(`{${head},"TotalAmt":1,"Balance":1}`),
  ];
  const mapped = mapRows('Invoice', rows, 'USD');
  expect(mapped.documents).toHaveLength(1);
  expect(mapped.misread.map(({ externalId, code }) => [externalId, code])).toEqual([
    ['412', 'money.too_many_decimals'],
    ['5', 'qbo.missing_field'],
  ]);
  expect(mapped.misread[0]!.raw).toContain('1.005');
});
