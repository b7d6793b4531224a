/** A customer is made in QuickBooks once and known as ours, whatever fails around the call. */
import { jest } from '@jest/globals';
import { QuickBooksClient } from '../src/connectors/quickbooks/quickbooks.client.ts';
import { CreatedCustomerStore } from '../src/stores/created-customer.store.ts';
import { FakeQuickBooks } from './fake-quickbooks.ts';
import type { Json } from './json.ts';
import { runService, until, type Running } from './running-service.ts';
import { Topics } from './topic-tail.ts';

jest.setTimeout(90_000);
const fake = new FakeQuickBooks();
let running: Running;
let topics: Topics;

beforeAll(async () => {
  await fake.start();
  running = await runService(fake);
  topics = await new Topics(running.broker).start();
  await running.connect();
  await until('reading_completed', async () => topics.ofType('reading_completed').length > 0, 30_000);
});

afterAll(async () => {
  await topics?.close();
  await running?.close();
  await fake.close();
});

beforeEach(() => {
  fake.made.length = 0;
  fake.createKeys.length = 0;
});
afterEach(() => jest.restoreAllMocks());

const sync = async (customerId: string): Promise<Json> =>
  (await running.call('POST', `/qbo/sync/customer/${customerId}`)).body;
const waitsFor = (sql: string, ...params: unknown[]) =>
  until(sql, async () => ((await running.admin.query(sql, params)).rowCount ?? 0) > 0);
/** A customer of the master that stands in another company only. */
async function inMaster(id: string, name = 'Customer', version = 1): Promise<string> {
  await topics.link('other-company', [id], version, 1000, name);
  await waitsFor('select 1 from customer where customer_id = $1::int + 1000 and version = $2', id, version);
  return String(1000 + Number(id));
}
const sightingsOf = (externalId: string) =>
  topics.ofType('external_customer_seen').filter((event) => event.data.externalId === externalId);
/** The create is done, and neither its answer nor any later word comes back. */
async function createUnheard(customerId: string): Promise<string> {
  fake.losesAnswers = Infinity;
  expect(await sync(customerId)).toMatchObject({ ok: false });
  fake.losesAnswers = 0;
  return fake.made[0]!;
}
const lookUps = () => fake.asked.filter((one) => one.includes('DisplayName =')).length;

test('two syncs at once, in two processes, make one customer under one request id', async () => {
  const id = await inMaster('1');
  const other = await running.boot();
  let open = (): void => undefined;
  fake.savesWaitFor = new Promise<void>((resolve) => (open = resolve));
  const headers = { authorization: `Bearer ${running.token}` };
  const ask = (url: string) => fetch(`${url}/qbo/sync/customer/${id}`, { method: 'POST', headers });
  const both = [ask(running.service.url), ask(other.url)];
  await until('both creates', async () => fake.createKeys.length === 2);
  open();
  const replies = await Promise.all(both.map(async (one) => (await (await one).json()) as Json));
  await other.close();
  expect(fake.made).toHaveLength(1);
  expect(new Set(fake.createKeys).size).toBe(1);
  expect(replies.map((reply) => reply.qbo_customer_id)).toEqual([fake.made[0], fake.made[0]]);
});

test('an answer that is lost is looked up, not asked for again', async () => {
  const id = await inMaster('2');
  const before = lookUps();
  fake.losesAnswers = 1;
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: fake.made[0] });
  expect([fake.createKeys.length, fake.made.length, lookUps() - before]).toEqual([1, 1, 1]);
});

test('a create that QuickBooks may not have heard of is repeated with its request id, after a look', async () => {
  const id = await inMaster('3');
  const before = lookUps();
  fake.faults.push({ status: 503, body: {} });
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: fake.made[0] });
  expect([fake.made.length, lookUps() - before]).toEqual([1, 1]);
  expect([fake.createKeys.length, new Set(fake.createKeys).size]).toEqual([2, 1]);
});

test('renamed after an unclear create: the next sync finds the first customer, and gives it the new name', async () => {
  const id = await inMaster('4');
  const made = await createUnheard(id);
  await inMaster('4', 'Renamed', 2);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: made });
  expect(fake.made).toEqual([made]);
  expect([fake.idOf('Renamed 4'), fake.idOf('Customer 4')]).toEqual([made, undefined]);
  await until('sighting', async () => sightingsOf(made).length > 0);
  expect(sightingsOf(made)[0]!.data).toMatchObject({ version: 1, customerId: id, name: 'Renamed 4' });
});

test('renamed after an unclear create: a first sight of it by webhook is known as ours', async () => {
  const id = await inMaster('5');
  const made = await createUnheard(id);
  await inMaster('5', 'Renamed', 2);
  const store = running.service.app.get(CreatedCustomerStore);
  jest.spyOn(store, 'created').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  const hook = fake.webhook(['Customer', made]);
  await running.call('POST', '/qbo/webhook', hook.body, hook.headers);
  await until('sighting', async () => sightingsOf(made).length > 0);
  expect(sightingsOf(made)[0]!.data.customerId).toBe(id);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: made });
  expect(fake.made).toEqual([made]);
});

test('a crash between the claim and the call: the next sync makes it under the claimed request id', async () => {
  const id = await inMaster('6');
  const client = running.service.app.get(QuickBooksClient);
  jest.spyOn(client, 'createCustomer').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  const claim = await running.admin.query('select request_id from customer_write where customer_id = $1', [id]);
  await inMaster('6', 'Renamed', 2);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: fake.made[0] });
  expect(fake.made).toHaveLength(1);
  expect(fake.createKeys).toEqual([claim.rows[0].request_id]);
  expect(fake.idOf('Renamed 6')).toBe(fake.made[0]);
});

test('a crash between the call and its record, and a name changed in QuickBooks since: the request id finds it', async () => {
  const id = await inMaster('7');
  const store = running.service.app.get(CreatedCustomerStore);
  jest.spyOn(store, 'created').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  const [made] = fake.made;
  fake.alter('Customer', made!, { DisplayName: 'Changed by somebody' });
  await inMaster('7', 'Renamed', 2);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: made });
  expect(fake.made).toEqual([made]);
  expect(new Set(fake.createKeys).size).toBe(1);
});

test('the master has given it to another customer meanwhile: that one keeps it as it is', async () => {
  const id = await inMaster('11');
  const made = await createUnheard(id);
  fake.put('Customer', { Id: made, DisplayName: 'Changed by a person' });
  const hook = fake.webhook(['Customer', made]);
  await running.call('POST', '/qbo/webhook', hook.body, hook.headers);
  await until('sighting', async () => sightingsOf(made).length > 0);
  await topics.link(fake.realmId, [made]);
  await waitsFor('select 1 from customer_link where company = $1 and external_id = $2', fake.realmId, made);
  const { ok, qbo_customer_id: own } = await sync(id);
  expect([ok, fake.made]).toEqual([true, [made, own]]);
  expect(fake.idOf('Changed by a person')).toBe(made);
});

test('the master gives it to another customer while it is being found: this one gets a place of its own', async () => {
  const id = await inMaster('12');
  const made = await createUnheard(id);
  const client = running.service.app.get(QuickBooksClient);
  const byIds = client.byIds.bind(client);
  jest.spyOn(client, 'byIds').mockImplementationOnce(async (...asked) => {
    await topics.link(fake.realmId, [made]);
    await waitsFor('select 1 from customer_link where external_id = $1 and customer_id <> $2', made, id);
    return byIds(...asked);
  });
  const { ok, qbo_customer_id: own } = await sync(id);
  expect([ok, fake.made]).toEqual([true, [made, own]]);
  expect([fake.idOf('Customer 12'), fake.idOf('Customer 12 (TERI-1012)')]).toEqual([made, own]);
});

test('a link that comes between the first look and the claim: nothing is made', async () => {
  const id = await inMaster('8');
  fake.put('Customer', { Id: '8', DisplayName: 'Here before' });
  const reader = await running.admin.connect();
  await reader.query('begin');
  await reader.query('select 1 from connection for update');
  const reply = sync(id);
  await waitsFor(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
  await topics.link(fake.realmId, ['8'], 2);
  await waitsFor('select 1 from customer_link where company = $1 and external_id = $2', fake.realmId, '8');
  await reader.query('commit');
  reader.release();
  expect(await reply).toMatchObject({ ok: true, qbo_customer_id: '8' });
  expect(fake.createKeys).toEqual([]);
  expect(fake.idOf('Customer 8')).toBe('8');
});

test('a refusal ends the claim: what is mended since goes out under a new request id', async () => {
  const id = await inMaster('9');
  fake.faults.push({ status: 400, body: { Fault: { Error: [{ Message: 'Too long', Detail: '', code: '2050' }] } } });
  expect(await sync(id)).toMatchObject({ ok: false });
  expect(await sync(id)).toMatchObject({ ok: true });
  expect([fake.made.length, new Set(fake.createKeys).size]).toEqual([1, 2]);
});

test('a lost grant is no refusal: the claim stays', async () => {
  const id = await inMaster('10');
  const error = { message: 'ApplicationAuthorizationFailed', detail: '', code: '3100' };
  fake.faults.push({ status: 403, body: { fault: { error: [error] } } });
  expect(await sync(id)).toMatchObject({ ok: false });
  expect(await sync(id)).toMatchObject({ ok: true });
  expect([fake.made.length, fake.createKeys.length, new Set(fake.createKeys).size]).toEqual([1, 2, 1]);
});

test('a customer of the same name gets one of its own while the create of the first is unclear', async () => {
  const [first, second] = [await inMaster('21'), await inMaster('22')];
  await running.admin.query(`update customer set name = 'Twin' where customer_id in ($1, $2)`, [first, second]);
  const made = await createUnheard(first);
  const reply = await sync(second);
  expect(reply).toMatchObject({ ok: true, qbo_customer_id: fake.made[1] });
  expect(await sync(first)).toMatchObject({ ok: true, qbo_customer_id: made });
  expect([fake.made.length, fake.idOf('Twin')]).toEqual([2, made]);
});

test('an answer that names no customer is as good as none', async () => {
  const id = await inMaster('23');
  fake.faults.push({ status: 200, body: { time: new Date().toISOString() } });
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: fake.made[0] });
  expect([fake.made.length, fake.idOf('Customer 23')]).toEqual([1, fake.made[0]]);
  expect(new Set(fake.createKeys).size).toBe(1);
});
