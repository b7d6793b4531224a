/** An answer of success that is not the one asked for is none: taken for an empty one, documents would be deleted. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QuotaBucket } from '@cashloop/connector-kit';
import { QuickBooksClient } from './quickbooks.client.ts';

const company = { orgId: '1', realmId: '2' };
const since = '2026-11-21T00:00:00Z';
const invoice = { Id: '7' };
const fault = { Error: [{ Message: 'System Failure', Detail: '', code: '10000' }], type: 'SystemFault' };
let answers: object[] = [];
let server: Server;
let client: QuickBooksClient;

beforeAll(async () => {
  server = createServer((_request, response) => response.end(JSON.stringify(answers.shift() ?? {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new QuickBooksClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens: () => Promise.resolve('token'),
    quota: new QuotaBucket({ capacity: 500, windowMs: 60_000 }),
    observer: { called: () => undefined, failed: () => undefined },
  });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** What the call makes of these answers, one after the other, and how many of them it left. */
async function made<R>(call: () => Promise<R>, ...given: object[]): Promise<{ result: R; left: number }> {
  answers = given;
  return { result: await call(), left: answers.length };
}
const ids = async () => (await client.byIds(company, 'Invoice', ['7'])).rows;
const page = async () => (await client.page(company, 'Invoice', { start: 1, size: 100 })).rows;
const count = () => client.count(company, 'Invoice');
const changes = async () => (await client.changes(company, ['Invoice'], since)).rows.map(({ object }) => object);
const cdc = (...blocks: object[]) => ({ CDCResponse: [{ QueryResponse: blocks }] });

test.each([
  {},
  { message: 'Service is resting' },
  { QueryResponse: null },
  { QueryResponse: [] },
  { QueryResponse: { Fault: fault } },
  { Fault: { type: 'SystemFault' } },
  { Invoice: invoice, time: since },
])('a query that is answered so is asked again: %j', async (strange) => {
  const good = { QueryResponse: { Invoice: [invoice] } };
  expect(await made(ids, strange, good)).toEqual({ result: [invoice], left: 0 });
  expect(await made(page, strange, good)).toEqual({ result: [invoice], left: 0 });
  expect((await made(count, strange, { QueryResponse: { totalCount: 3 } })).result).toBe(3);
});

test.each([
  {},
  { QueryResponse: {} },
  { CDCResponse: {} },
  { CDCResponse: [] },
  { CDCResponse: [{}] },
  { CDCResponse: [{ Fault: fault }] },
  cdc({ Fault: fault }),
  { fault: { type: 'SERVICE' } },
])('a feed that answers so is asked again: %j', async (strange) => {
  expect(await made(changes, strange, cdc({ Invoice: [invoice] }))).toEqual({ result: [invoice], left: 0 });
});

test.each([{}, { message: 'Service is resting' }, { CompanyInfo: [], Preferences: null }])(
  'a company or preferences that are answered so are asked for again: %j',
  async (strange) => {
    const info = { CompanyName: 'A' };
    const preferences = { CurrencyPrefs: { HomeCurrency: { value: 'EUR' } } };
    const name = async () => (await client.companyInfo(company)).info;
    expect(await made(name, strange, { CompanyInfo: info })).toEqual({ result: info, left: 0 });
    const home = () => client.preferences(company);
    expect(await made(home, strange, { Preferences: preferences })).toEqual({ result: preferences, left: 0 });
  },
);

test('no hit and no change are answers', async () => {
  const empty = { QueryResponse: {}, time: since };
  expect(await made(ids, empty, {})).toEqual({ result: [], left: 1 });
  expect(await made(page, empty, {})).toEqual({ result: [], left: 1 });
  expect(await made(count, empty, {})).toEqual({ result: 0, left: 1 });
  expect(await made(changes, cdc({}), {})).toEqual({ result: [], left: 1 });
});
