import { topicDefs } from '@cashloop/events';
import { FakeQuickBooks } from './fake-quickbooks.ts';
import { runService, until, type Running } from './running-service.ts';
import { Topics } from './topic-tail.ts';

const CUSTOMERS = 100;
const INVOICES = Number(process.env['IMPORT_INVOICES'] ?? 4_000);
const fake = new FakeQuickBooks();
let running: Running;
let topics: Topics;

const told = () => topics.ofType(...Object.keys(topicDefs.receivable.types));
const isLive = async (): Promise<boolean> =>
  (await running.admin.query(`select 1 from connection where state = 'live'`)).rowCount === 1;

beforeAll(async () => {
  await fake.start();
  for (let i = 1; i <= CUSTOMERS; i++) fake.put('Customer', { Id: String(i), DisplayName: `Customer ${i}` });
  for (let i = 1; i <= INVOICES; i++) {
    const CustomerRef = { value: String((i % CUSTOMERS) + 1) };
    const paid = i % 2 === 0;
    fake.put('Invoice', {
      Id: String(i),
      CustomerRef,
      DocNumber: `D-${i}`,
      TotalAmt: 100.5,
      Balance: paid ? 0 : 100.5,
    });
    const Line = [{ Amount: 100.5, LinkedTxn: [{ TxnId: String(i), TxnType: 'Invoice' }] }];
    if (paid) fake.put('Payment', { Id: String(INVOICES + i), CustomerRef, TotalAmt: 100.5, UnappliedAmt: 0, Line });
  }
  // The import's history was there long before it: the feed shows none of it.
  fake.forgetChanges();
  running = await runService(fake);
  topics = await new Topics(running.broker).start();
}, 60_000);

afterAll(async () => {
  await topics?.close();
  await running?.close();
  await fake.close();
}, 30_000);

test('an import that is cut off goes on where the last page ended and tells every document once', async () => {
  const beganMs = Date.now();
  await running.connect();
  await until('the first pages', async () =>
    fake.asked.some((one) => one.includes('FROM Payment') && !one.includes('COUNT')),
  );
  await running.restart();
  await topics.link(
    fake.realmId,
    Array.from({ length: CUSTOMERS }, (_, i) => String(i + 1)),
  );
  await until('live', isLive, 60_000);
  const liveMs = Date.now() - beganMs;
  const expected = INVOICES + Math.floor(INVOICES / 2) + CUSTOMERS;
  await until('all events', async () => told().length >= expected, 30_000);
  const pagesOfCustomers = fake.asked.filter((one) => one.includes('FROM Customer') && one.includes('STARTPOSITION'));
  expect(pagesOfCustomers).toHaveLength(1);
  expect(told()).toHaveLength(expected);
  expect(new Set(told().map((event) => `${event.subject}@${event.data.version}`)).size).toBe(expected);
  expect(told().every((event) => event.data.version === 1 && event.observed === 'import')).toBe(true);
  process.stdout.write(
    `import of ${expected} documents: live after ${liveMs} ms, told after ${Date.now() - beganMs} ms\n`,
  );
}, 120_000);

test('every customer: documents in order, last on the final one, then import_completed', () => {
  for (const [, events] of Map.groupBy(told(), (event) => event.key)) {
    expect(events.at(-1)!.type).toBe('import_completed');
    expect(events.filter((event) => event.last)).toEqual([events.at(-2)]);
    expect(new Set(events.slice(0, -1).map((event) => event.changeId)).size).toBe(1);
    const kinds = events.map((event) => event.type);
    expect(kinds).toEqual([
      ...kinds.filter((kind) => kind === 'invoice_created'),
      ...kinds.filter((kind) => kind !== 'invoice_created'),
    ]);
  }
});

test('a full change feed: read by pages, a deletion it cut off is found, the next sweep is an ordinary one', async () => {
  const odd = Array.from({ length: 1_100 }, (_, i) => String(i * 2 + 1)).filter((id) => id !== '23');
  for (const Id of odd)
    fake.put('Invoice', {
      Id,
      CustomerRef: { value: String((Number(Id) % CUSTOMERS) + 1) },
      TotalAmt: 200,
      Balance: 200,
    });
  fake.remove('Invoice', '23');
  const before = told().length;
  await running.call('POST', '/qbo/sync/invoice/poll_all');
  await until('updates', async () => told().length >= before + 1_100, 30_000);
  const news = told().slice(before);
  expect(news.filter((event) => event.type === 'invoice_updated')).toHaveLength(1_099);
  expect(news.filter((event) => event.type === 'invoice_voided').map((event) => event.data.source.externalId)).toEqual([
    '23',
  ]);
  await until('the end of the sweep', async () => topics.ofType('reading_completed').length === 2);
}, 60_000);

test('a pause longer than the feed looks back: everything is read again, what vanished is deleted', async () => {
  fake.remove('Invoice', '25');
  fake.put('Invoice', { Id: '27', CustomerRef: { value: '28' }, TotalAmt: 300, Balance: 300 });
  fake.forgetChanges();
  await running.admin.query(`update connector_cursor set position = '2020-01-01T00:00:00Z'`);
  const before = told().length;
  await running.call('POST', '/qbo/sync/invoice/poll_all');
  await until('deletion and update', async () => told().length >= before + 2, 60_000);
  expect(
    told()
      .slice(before)
      .map((event) => [event.type, event.data.source.externalId, event.observed])
      .sort(),
  ).toEqual([
    ['invoice_updated', '27', 'live'],
    ['invoice_voided', '25', 'live'],
  ]);
  await until('live again', isLive);
}, 90_000);

test.each([
  ['ahead of', 31, 1],
  ['behind', -31, 0],
])(
  "QuickBooks' clock far %s ours: what a webhook did not tell is found, and sweeps go on by QuickBooks' clock",
  async (_, days, fullReadings) => {
    fake.forgetChanges();
    fake.aheadMs = days * 86_400_000;
    const lately = new Date(Date.now() + fake.aheadMs - 60_000).toISOString();
    if (days < 0) {
      // As if the company had always been read by that clock.
      await running.admin.query('update connection set import_as_of = $1', [lately]);
      await running.admin.query('update connector_cursor set position = $1', [lately]);
    }
    const runs = async () =>
      Number((await running.admin.query('select import_run from connection')).rows[0].import_run);
    const [runsBefore, readings] = [await runs(), topics.ofType('reading_completed').length];
    for (const [sweep, id] of [`${200 + days}`, `${300 + days}`].entries()) {
      const before = told().length;
      const CustomerRef = { value: String((Number(id) % CUSTOMERS) + 1) };
      fake.put('Invoice', { Id: id, CustomerRef, TotalAmt: 300, Balance: 300 });
      await running.call('POST', '/qbo/sync/invoice/poll_all');
      await until('update', async () => told().length > before, 30_000);
      expect(told().at(-1)!.data.source.externalId).toBe(id);
      await until('the end of the sweep', async () => topics.ofType('reading_completed').length > readings + sweep);
    }
    await until('live again', isLive);
    expect(await runs()).toBe(runsBefore + fullReadings);
  },
  90_000,
);
