/** A customer in QuickBooks is changed once for each news of it, whatever fails around the call. */
import { jest } from '@jest/globals';
import { QuickBooksClient } from '../src/connectors/quickbooks/quickbooks.client.ts';
import { CustomerUpdateStore } from '../src/stores/customer-update.store.ts';
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
  fake.updateKeys.length = 0;
  fake.updated.length = 0;
  fake.chokesOn = undefined;
  fake.savesWaitFor = Promise.resolve();
});
afterEach(() => jest.restoreAllMocks());

const sync = async (customerId: string): Promise<Json> =>
  (await running.call('POST', `/qbo/sync/customer/${customerId}`)).body;
const rows = async (sql: string, ...params: unknown[]): Promise<Json[]> =>
  (await running.admin.query(sql, params)).rows as Json[];
const waitsFor = (sql: string, ...params: unknown[]) => until(sql, async () => (await rows(sql, ...params)).length > 0);
const claims = () => rows('select request_id from customer_update');

/** Customer `1000 + id` of the master, which stands in QuickBooks as `id` under an older name. */
async function linked(id: string): Promise<string> {
  fake.put('Customer', { Id: id, DisplayName: `Older ${id}` });
  await named(id, 'Customer', 1);
  return String(1000 + Number(id));
}
async function named(id: string, name: string, version: number): Promise<void> {
  await topics.link(fake.realmId, [id], version, 1000, name);
  await waitsFor('select 1 from customer where customer_id = $1::int + 1000 and version = $2', id, version);
}
/** The update is done, and neither its answer nor any later word comes back. */
async function updateUnheard(customerId: string): Promise<void> {
  fake.losesAnswers = Infinity;
  expect(await sync(customerId)).toMatchObject({ ok: false });
  fake.losesAnswers = 0;
}
const keysUsed = () => new Set(fake.updateKeys).size;
/** QuickBooks answers the next update so, and does nothing. */
function answersNextUpdate(status: number, body: object): void {
  const client = running.service.app.get(QuickBooksClient);
  const update = client.updateCustomer.bind(client);
  jest.spyOn(client, 'updateCustomer').mockImplementationOnce((...asked) => {
    fake.faults.push({ status, body });
    return update(...asked);
  });
}

test('two syncs at once, in two processes, change it once under one request id', async () => {
  const id = await linked('1');
  const other = await running.boot();
  let open = (): void => undefined;
  fake.savesWaitFor = new Promise<void>((resolve) => (open = resolve));
  const headers = { authorization: `Bearer ${running.token}` };
  const ask = (url: string) => fetch(`${url}/qbo/sync/customer/${id}`, { method: 'POST', headers });
  const both = [ask(running.service.url), ask(other.url)];
  await until('both updates', async () => fake.updateKeys.length === 2);
  open();
  const replies = await Promise.all(both.map(async (one) => (await (await one).json()) as Json));
  await other.close();
  expect(replies.map((reply) => reply.qbo_customer_id)).toEqual(['1', '1']);
  expect([fake.updated, keysUsed(), fake.idOf('Customer 1')]).toEqual([['1'], 1, '1']);
  expect(await claims()).toEqual([]);
});

test('an answer that is lost is looked up, not asked for again', async () => {
  const id = await linked('2');
  fake.losesAnswers = 1;
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '2' });
  expect([fake.updateKeys.length, fake.updated, fake.idOf('Customer 2')]).toEqual([1, ['2'], '2']);
});

test('an update that QuickBooks may not have heard of is repeated with its request id', async () => {
  const id = await linked('3');
  answersNextUpdate(503, {});
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '3' });
  expect([fake.updateKeys.length, keysUsed(), fake.updated]).toEqual([2, 1, ['3']]);
});

test('an update that nobody heard of: the next sync finds it done', async () => {
  const id = await linked('4');
  await updateUnheard(id);
  expect(await claims()).toHaveLength(1);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '4' });
  expect([keysUsed(), fake.updated]).toEqual([1, ['4']]);
  expect(await claims()).toEqual([]);
});

test('renamed after an unclear update that was done: the next sync gives the new name', async () => {
  const id = await linked('5');
  await updateUnheard(id);
  await named('5', 'Renamed', 2);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '5' });
  expect([keysUsed(), fake.updated, fake.idOf('Renamed 5')]).toEqual([2, ['5', '5'], '5']);
});

test('a crash between the claim and the call: the next sync sends it under the claimed request id', async () => {
  const id = await linked('6');
  const client = running.service.app.get(QuickBooksClient);
  jest.spyOn(client, 'updateCustomer').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  const [claim] = await claims();
  expect(await sync(id)).toMatchObject({ ok: true });
  expect([fake.updateKeys, fake.updated]).toEqual([[claim!.request_id], ['6']]);
});

test('renamed after an update that was never sent: only the new name is, under a request id of its own', async () => {
  const id = await linked('13');
  const client = running.service.app.get(QuickBooksClient);
  jest.spyOn(client, 'updateCustomer').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  const [claim] = await claims();
  await named('13', 'Renamed', 2);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '13' });
  expect([fake.updated, fake.idOf('Renamed 13')]).toEqual([['13'], '13']);
  expect(fake.updateKeys).not.toContain(claim!.request_id);
  expect(await claims()).toEqual([]);
});

test('an update that fails whenever it is sent does not hold up what the customer is mended to', async () => {
  const id = await linked('14');
  fake.chokesOn = 'Customer 14';
  for (let time = 1; time <= 2; time++) expect(await sync(id)).toMatchObject({ ok: false });
  expect([fake.updateKeys.length, keysUsed(), (await claims()).length]).toEqual([2, 1, 1]);
  await named('14', 'Mended', 2);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '14' });
  expect([fake.updated, fake.idOf('Mended 14')]).toEqual([['14'], '14']);
  expect(await claims()).toEqual([]);
});

test('a failure that QuickBooks repeats for its request id is over with the next one, some minutes later', async () => {
  const id = await linked('15');
  fake.chokesOn = 'Customer 15';
  expect(await sync(id)).toMatchObject({ ok: false });
  fake.chokesOn = undefined;
  expect(await sync(id)).toMatchObject({ ok: false });
  await rows(`update customer_update set requested_at = requested_at - interval '10 minutes'`);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '15' });
  expect([fake.updated, fake.updateKeys.length, keysUsed()]).toEqual([['15'], 3, 2]);
  expect(await claims()).toEqual([]);
});

test('an update of long ago that was done all the same is found, not asked for again', async () => {
  const id = await linked('16');
  await updateUnheard(id);
  await rows(`update customer_update set requested_at = requested_at - interval '10 minutes'`);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '16' });
  expect([fake.updateKeys.length, fake.updated]).toEqual([1, ['16']]);
  expect(await claims()).toEqual([]);
});

test.each(['17', '18'])(
  'renamed while an update is under way: whichever comes first, the new name stays (%s)',
  async (n) => {
    const id = await linked(n);
    let open = (): void => undefined;
    fake.savesWaitFor = new Promise<void>((resolve) => (open = resolve));
    const former = sync(id);
    await until('the former update', async () => fake.updateKeys.length === 1);
    await named(n, 'Renamed', 2);
    const formerIsFirst = n === '17';
    if (!formerIsFirst) fake.savesWaitFor = Promise.resolve();
    const newer = sync(id);
    if (formerIsFirst) await until('the newer update', async () => fake.updateKeys.length === 2);
    else await newer;
    open();
    expect(await Promise.all([former, newer])).toMatchObject([{ ok: true }, { ok: true }]);
    expect([fake.idOf(`Renamed ${n}`), fake.idOf(`Customer ${n}`), await claims()]).toEqual([n, undefined, []]);
  },
);

test('a crash between the call and its record, and a name changed in QuickBooks since: the request id tells', async () => {
  const id = await linked('7');
  jest.spyOn(running.service.app.get(CustomerUpdateStore), 'end').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  fake.put('Customer', { Id: '7', DisplayName: 'Changed by somebody' });
  expect(await sync(id)).toMatchObject({ ok: true });
  // The first was not done again; this sync is asked for today's name, as any other is.
  expect([fake.updated, fake.updateKeys.length, keysUsed()]).toEqual([['7', '7'], 3, 2]);
  expect(fake.idOf('Customer 7')).toBe('7');
});

test('the master has given it to another customer meanwhile: what was claimed is not sent any more', async () => {
  const id = await linked('8');
  const client = running.service.app.get(QuickBooksClient);
  jest.spyOn(client, 'updateCustomer').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  fake.put('Customer', { Id: '88', DisplayName: 'Older 88' });
  await topics.link(fake.realmId, ['8'], 1, 2000, 'Other');
  await waitsFor(`select 1 from customer_link where external_id = '8' and customer_id = 2008`);
  await topics.link(fake.realmId, ['88'], 2, 920);
  await waitsFor(`select 1 from customer_link where external_id = '88' and customer_id = $1`, id);
  expect(await sync(id)).toMatchObject({ ok: true, qbo_customer_id: '88' });
  expect([fake.updated, fake.idOf('Older 8'), fake.idOf('Customer 88')]).toEqual([['88'], '8', '88']);
  expect(await claims()).toEqual([]);
});

test('somebody changes it between the look and the update: it is read and changed anew, under another request id', async () => {
  const id = await linked('9');
  let open = (): void => undefined;
  fake.savesWaitFor = new Promise<void>((resolve) => (open = resolve));
  const reply = sync(id);
  await until('the update', async () => fake.updateKeys.length === 1);
  fake.put('Customer', { Id: '9', DisplayName: 'Changed by somebody' });
  open();
  expect(await reply).toMatchObject({ ok: true, qbo_customer_id: '9' });
  expect([fake.updated, keysUsed(), fake.idOf('Customer 9')]).toEqual([['9'], 2, '9']);
});

test('a refusal ends the claim: what is mended since goes out under a new request id', async () => {
  const id = await linked('10');
  answersNextUpdate(400, { Fault: { Error: [{ Message: 'Too long', Detail: '', code: '2050' }] } });
  expect(await sync(id)).toMatchObject({ ok: false });
  expect(await claims()).toEqual([]);
  expect(await sync(id)).toMatchObject({ ok: true });
  expect([fake.updated, keysUsed()]).toEqual([['10'], 2]);
});

test('a lost grant is no refusal: the claim stays', async () => {
  const id = await linked('11');
  const error = { message: 'ApplicationAuthorizationFailed', detail: '', code: '3100' };
  answersNextUpdate(403, { fault: { error: [error] } });
  expect(await sync(id)).toMatchObject({ ok: false });
  expect(await sync(id)).toMatchObject({ ok: true });
  expect([fake.updated, fake.updateKeys.length, keysUsed()]).toEqual([['11'], 2, 1]);
});

test('a name that another one has: the code makes it unique, also after a crash', async () => {
  fake.put('Customer', { Id: '120', DisplayName: 'Customer 12' });
  const id = await linked('12');
  jest.spyOn(running.service.app.get(CustomerUpdateStore), 'end').mockRejectedValueOnce(new Error('crash'));
  expect(await sync(id)).toMatchObject({ status: 500 });
  expect(await sync(id)).toMatchObject({ ok: true });
  expect([fake.updated, fake.idOf('Customer 12 (TERI-1012)')]).toEqual([['12'], '12']);
});
