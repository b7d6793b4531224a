import { decode, topicDefs, type Event, type OutgoingEvent } from '@cashloop/events';
import { advanceVersions, currentEvents, placesOf, type Query } from '@cashloop/messaging/ops';
import { documents } from '../src/quickbooks-sync.module.ts';
import { FakeQuickBooks } from './fake-quickbooks.ts';
import type { Json } from './json.ts';
import { runService, until, type Running } from './running-service.ts';
import { Topics } from './topic-tail.ts';

const fake = new FakeQuickBooks();
let running: Running;
let topics: Topics;

const customer = { value: '1' };

beforeAll(async () => {
  await fake.start();
  for (const id of ['1', '2']) fake.put('Customer', { Id: id, DisplayName: `Customer ${id}` });
  for (const [id, amount] of Object.entries({ 10: 400, 11: 300, 12: 50 }))
    fake.put('Invoice', { Id: id, CustomerRef: customer, TotalAmt: amount, Balance: amount });
  fake.put('CreditMemo', { Id: '30', CustomerRef: customer, TotalAmt: 200, RemainingCredit: 200 });
  running = await runService(fake);
  topics = await new Topics(running.broker).start();
  await running.connect();
  await until('sightings', async () => topics.ofType('external_customer_seen').length === 2);
  await topics.link(fake.realmId, ['1', '2']);
  await until('the first reading', async () => topics.ofType('reading_completed').length >= 1);
  fake.put('Payment', {
    Id: '20',
    CustomerRef: customer,
    TotalAmt: 400,
    UnappliedAmt: 0,
    Line: [{ Amount: 400, LinkedTxn: [{ TxnId: '10', TxnType: 'Invoice' }] }],
  });
  fake.put('Invoice', { Id: '10', CustomerRef: customer, TotalAmt: 400, Balance: 0 });
  await running.call('POST', '/qbo/sync/invoice/poll_all');
  await until('the payment', async () => topics.ofType('invoice_paid', 'payment_received').length >= 2);
  await until('an empty outbox', async () => (await running.admin.query('select 1 from outbox')).rowCount === 0);
  await running.service.close(); // no sweep may write a newer reading from here on
}, 90_000);

afterAll(async () => {
  await topics?.close();
  await running?.close().catch(() => undefined);
  await fake.close();
}, 30_000);

const query: Query = async (sql, params = []) => (await running.admin.query(sql, params)).rows as never[];

async function current(): Promise<OutgoingEvent[]> {
  const events: OutgoingEvent[] = [];
  for (const kind of documents.kinds) {
    events.push(...(await currentEvents(query, kind, await placesOf(query, kind, undefined))));
  }
  return events;
}

const decoded = (event: OutgoingEvent): Event<Json> => {
  const def = Object.values(topicDefs).find((one) => one.name === event.topic) as typeof topicDefs.receivable;
  const record = {
    topic: event.topic,
    partition: 0,
    offset: 0n,
    key: Buffer.from(event.key),
    value: Buffer.from(event.value),
  };
  const found = decode(def, { ...record, headers: { ...event.headers, ce_source: 'quickbooks-sync' } });
  if (found.kind !== 'event') throw new Error('no event');
  return found.event;
};

/** The newest version of each document on the topics. */
const told = (): Map<string, Event<Json>> => {
  const newest = new Map<string, Event<Json>>();
  for (const event of topics.seen) {
    const known = newest.get(event.subject);
    if (known === undefined || known.data.version < event.data.version) newest.set(event.subject, event);
  }
  return newest;
};

test('every document is told again as it was told last: same id, version, key, type and words', async () => {
  const events = (await current()).map(decoded);
  expect(events.map((event) => event.subject).sort()).toEqual([...told().keys()].sort());
  for (const { id, key, type, data, subject } of events) {
    const first = told().get(subject)!;
    expect({ id, key, type, data }).toEqual({ id: first.id, key: first.key, type: first.type, data: first.data });
  }
});

test('advanced versions stand above those that were told; an import is told once and stays', async () => {
  const counts = await Promise.all(documents.kinds.map((kind) => advanceVersions(query, kind, 50)));
  expect(counts).toEqual([2, 3, 1, 1, 0, 1]);
  for (const event of (await current()).map(decoded)) {
    const before = told().get(event.subject)!.data.version;
    expect([event.subject, event.data.version]).toEqual([
      event.subject,
      event.type === 'import_completed' ? before : before + 50,
    ]);
  }
});
