import { topicDefs, type Event } from '@cashloop/events';
import { FakeQuickBooks } from './fake-quickbooks.ts';
import type { Json } from './json.ts';
import { runService, until, type Running } from './running-service.ts';
import { Topics } from './topic-tail.ts';

const fake = new FakeQuickBooks();
let running: Running;
let topics: Topics;

const invoice = (Id: string, customer: string, TotalAmt: number, Balance = TotalAmt) => ({
  Id,
  CustomerRef: { value: customer },
  TotalAmt,
  Balance,
});
const line = (TxnType: string, TxnId: string, Amount: number) => ({ Amount, LinkedTxn: [{ TxnId, TxnType }] });
const payment = (Id: string, customer: string, TotalAmt: number, Line: object[], UnappliedAmt = 0) => ({
  Id,
  CustomerRef: { value: customer },
  TotalAmt,
  UnappliedAmt,
  Line,
});
const told = () => topics.ofType(...Object.keys(topicDefs.receivable.types));
const documents = () => told().filter((event) => event.type !== 'import_completed');

/** What a change brings, told by a webhook about `hints` or, without any, found by the sweep. */
async function changeOf(events: number, ...hints: [string, string][]): Promise<Event<Json>[]> {
  const before = new Set(documents());
  const news = () => documents().filter((event) => !before.has(event));
  if (hints.length > 0) {
    const hook = fake.webhook(...hints);
    expect((await running.call('POST', '/qbo/webhook', hook.body, hook.headers)).status).toBe(200);
  } else await running.call('POST', '/qbo/sync/invoice/poll_all');
  await until(`${events} events`, async () => news().length >= events);
  const change = news().sort((a, b) => a.type.localeCompare(b.type) || a.data.version - b.data.version);
  expect(change).toHaveLength(events);
  expect(new Set(change.map((event) => event.changeId)).size).toBe(1);
  return change;
}
const short = (events: Event<Json>[]) =>
  events.map(({ type, key, last, data }) => [type, key, data.balanceMinor ?? data.unappliedMinor, last]);

beforeAll(async () => {
  await fake.start();
  for (const id of ['1', '2', '3']) fake.put('Customer', { Id: id, DisplayName: `Customer ${id}` });
  for (const [id, amount] of Object.entries({ 10: 400, 11: 300, 12: 50, 13: 80, 14: 90 }))
    fake.put('Invoice', invoice(id, '1', amount));
  fake.put('Invoice', invoice('15', '2', 70));
  fake.put('CreditMemo', { Id: '30', CustomerRef: { value: '1' }, TotalAmt: 200, RemainingCredit: 200 });
  running = await runService(fake);
  topics = await new Topics(running.broker).start();
  await running.connect();
  await until('sightings', async () => topics.ofType('external_customer_seen').length === 3);
  await topics.link(fake.realmId, ['1', '2', '3']);
  await until('live', async () => topics.ofType('reading_completed').length >= 1);
  await until('documents', async () => documents().length === 7);
}, 90_000);

afterAll(async () => {
  await topics?.close();
  await running?.close();
  await fake.close();
}, 30_000);

test('mixed payment: cash and memo over two invoices, each source spread pro rata, one change', async () => {
  fake.put('Payment', payment('20', '1', 500, [line('Invoice', '10', 400), line('Invoice', '11', 300), line('CreditMemo', '30', 200)])); // prettier-ignore
  fake.put('Invoice', invoice('10', '1', 400, 0));
  fake.put('Invoice', invoice('11', '1', 300, 0));
  fake.put('CreditMemo', { Id: '30', CustomerRef: { value: '1' }, TotalAmt: 200, RemainingCredit: 0 });
  const change = await changeOf(4, ['Payment', '20']);
  expect(short(change)).toEqual([
    ['credit_note_updated', '1:1001', '0', false],
    ['invoice_paid', '1:1001', '0', false],
    ['invoice_paid', '1:1001', '0', false],
    ['payment_received', '1:1001', '0', true],
  ]);
  const sum = (of: Event<Json>) => of.data.applications.map((one: Json) => one.amountMinor);
  expect([sum(change[0]!), sum(change[3]!)]).toEqual([
    ['11429', '8571'],
    ['28571', '21429'],
  ]);
});

test('void: the payment it frees is in the same change, although its own SyncToken stands', async () => {
  fake.put('Payment', payment('21', '1', 20, [line('Invoice', '12', 20)]));
  fake.put('Invoice', invoice('12', '1', 50, 30));
  await changeOf(2, ['Payment', '21']);
  fake.alter('Payment', '21', { UnappliedAmt: 20, Line: [] });
  fake.put('Invoice', { ...invoice('12', '1', 0), PrivateNote: 'Voided' });
  expect(short(await changeOf(2, ['Invoice', '12']))).toEqual([
    ['invoice_voided', '1:1001', '0', false],
    ['payment_updated', '1:1001', '2000', true],
  ]);
});

test('delete found by the sweep alone: the payment it frees is in the same change', async () => {
  fake.put('Payment', payment('22', '1', 80, [line('Invoice', '13', 80)]));
  fake.put('Invoice', invoice('13', '1', 80, 0));
  await changeOf(2, ['Payment', '22'], ['Invoice', '13']);
  // Past the overlap of sweeps: the feed shows the deletion and nothing of the payment.
  fake.forgetChanges();
  fake.alter('Payment', '22', { UnappliedAmt: 80, Line: [] });
  fake.remove('Invoice', '13');
  expect(short(await changeOf(2))).toEqual([
    ['invoice_voided', '1:1001', '0', false],
    ['payment_updated', '1:1001', '8000', true],
  ]);
});

test('payment deleted: reversed, and its invoice owed again, in the same change', async () => {
  fake.put('Payment', payment('23', '1', 90, [line('Invoice', '14', 90)]));
  fake.put('Invoice', invoice('14', '1', 90, 0));
  await changeOf(2, ['Payment', '23']);
  fake.alter('Invoice', '14', { Balance: 90 });
  fake.remove('Payment', '23');
  expect(short(await changeOf(2))).toEqual([
    ['invoice_reopened', '1:1001', '9000', false],
    ['payment_reversed', '1:1001', '0', true],
  ]);
});

test('one customer pays the invoice of another: one change over both, last once for each', async () => {
  fake.put('Payment', payment('24', '1', 30, [line('Invoice', '15', 30)]));
  fake.put('Invoice', invoice('15', '2', 70, 40));
  const change = await changeOf(2, ['Payment', '24']);
  expect(short(change)).toEqual([
    ['invoice_updated', '1:1002', '4000', true],
    ['payment_received', '1:1001', '0', true],
  ]);
});

test('an invoice moved with its payment: the customer it left hears the end of the change as well', async () => {
  fake.put('Invoice', invoice('15', '3', 70, 40));
  fake.put('Payment', payment('24', '3', 30, [line('Invoice', '15', 30)]));
  const change = await changeOf(4, ['Invoice', '15'], ['Payment', '24']);
  expect(change.map(({ key, last, data }) => [key, data.version, data.movedToCustomerId, last])).toEqual([
    ['1:1002', 2 + 1, '1003', true],
    ['1:1003', 3 + 1, '', false],
    ['1:1001', 2, '1003', true],
    ['1:1003', 3, '', true],
  ]);
  expect(change[0]!.changeCustomers).toEqual(['1001', '1002', '1003']);
});

test('the master moves a link: every document moves, and the new customer is complete, with documents or without', async () => {
  await topics.link(fake.realmId, ['3'], 1, 3000);
  await until('import_completed', async () => told().some((event) => event.key === '1:3003' && event.type === 'import_completed')); // prettier-ignore
  const moved = documents().filter((event) => event.key === '1:3003');
  expect(moved.map((event) => event.type).sort()).toEqual(['invoice_updated', 'payment_updated']);
  fake.put('Customer', { Id: '4', DisplayName: 'Customer 4' });
  const hook = fake.webhook(['Customer', '4']);
  await running.call('POST', '/qbo/webhook', hook.body, hook.headers);
  await until('sighting', async () => topics.ofType('external_customer_seen').length === 4);
  for (const offset of [1000, 3000]) {
    await topics.link(fake.realmId, ['4'], 1, offset);
    await until('import_completed', async () => told().some((event) => event.key === `1:${offset + 4}`));
  }
});

test("a rate is told while the company's home currency is the org's base currency, and not otherwise", async () => {
  const rateOf = async (base: string, total: number): Promise<string> => {
    await running.admin.query('update org set base_currency = $1', [base]);
    fake.put('Invoice', { ...invoice('16', '1', total), CurrencyRef: { value: 'GBP' }, ExchangeRate: 1.25 });
    return (await changeOf(1, ['Invoice', '16']))[0]!.data.exchangeRate;
  };
  expect([await rateOf('USD', 60), await rateOf('EUR', 61)]).toEqual(['1.25', '']);
});

test('every change: headers on every event, all its customers named, the last event of each marked, no other', () => {
  expect(documents().filter((event) => event.changeId === undefined)).toEqual([]);
  for (const [, change] of Map.groupBy(documents(), (event) => event.changeId)) {
    const byCustomer = Map.groupBy(change, (event) => event.key.split(':')[1]!);
    const customers = [...byCustomer.keys()].sort();
    for (const event of change) expect([...event.changeCustomers!].sort()).toEqual(customers);
    for (const [, own] of byCustomer) {
      // One key is one partition: its offsets are the order of its events.
      const ordered = own.sort((a, b) => Number(a.offset - b.offset));
      expect(ordered.map((event) => event.last)).toEqual(ordered.map((_, i) => i === ordered.length - 1));
    }
  }
});
