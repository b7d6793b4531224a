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
const isLive = async (): Promise<boolean> => (await running.admin.query(`select 1 from connection where state = 'live'`)).rowCount === 1;

beforeAll(async () => {
  await fake.start();
  for (let i = 1; i <= CUSTOMERS; i++) fake.put('Customer', { Id: String(i), DisplayName: `Customer ${i}` });
  for (let i = 1; i <= INVOICES; i++) {
    const CustomerRef = { value: String((i % CUSTOMERS) + 1) };
    const paid = i % 2 === 0;
    fake.put('Invoice', { Id: String(i), CustomerRef, DocNumber: `D-${i}`, TotalAmt: 100.5, Balance: paid ? 0 : 100.5 });
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
  await until('the first pages', async () => fake.asked.some((one) => one.includes('FROM Payment') && !one.includes('COUNT')));
  await running.restart();
  await topics.link(fake.realmId, Array.from({ length: CUSTOMERS }, (_, i) => String(i + 1)));
  await until('live', isLive, 60_000);
  const liveMs = Date.now() - beganMs;
  const expected = INVOICES + Math.floor(INVOICES / 2) + CUSTOMERS;
  await until('all events', async () => told().length >= expected, 30_000);
  const pagesOfCustomers = fake.asked.filter((one) => one.includes('FROM Customer') && one.includes('STARTPOSITION'));
  expect(pagesOfCustomers).toHaveLength(1);
  expect(told()).toHaveLength(expected);
  expect(new Set(told().map((event) => `${event.subject}@${event.data.version}`)).size).toBe(expected);
  expect(told().every((event) => event.data.version === 1 && event.observed === 'import')).toBe(true);
  process.stdout.write(`import of ${expected} documents: live after ${liveMs} ms, told after ${Date.now() - beganMs} ms\n`);
}, 120_000);

test('every customer: documents in order, last on the final one, then import_completed', () => {
  for (const [, events] of Map.groupBy(told(), (event) => event.key)) {
    expect(events.at(-1)!.type).toBe('import_completed');
    expect(events.filter((event) => event.last)).toEqual([events.at(-2)]);
    expect(new Set(events.slice(0, -1).map((event) => event.changeId)).size).toBe(1);
    const kinds = events.map((event) => event.type);
    expect(kinds).toEqual([...kinds.filter((kind) => kind === 'invoice_created'), ...kinds.filter((kind) => kind !== 'invoice_created')]);
  }
});
