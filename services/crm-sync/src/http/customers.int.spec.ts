import { topicDefs } from '@cashloop/events';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { bootService } from '@cashloop/service-shell';
import type { RunningService } from '@cashloop/service-shell';
import { testBroker, testDatabase, tokenMaker } from '@cashloop/testkit';
import type { TestBroker, TestDatabase, TokenMaker } from '@cashloop/testkit';
import { CrmSyncModule } from '../crm-sync.module.ts';
import { migrations } from '../migrations/index.ts';

let database: TestDatabase;
let broker: TestBroker;
let tokens: TokenMaker;
let service: RunningService;

beforeAll(async () => {
  [database, broker, tokens] = await Promise.all([testDatabase({ migrations }), testBroker(), tokenMaker()]);
  await broker.createTopics([topicDefs.org, topicDefs.customerSighting]);
  service = await bootService({
    name: 'crm-sync',
    module: CrmSyncModule,
    env: {
      NODE_ENV: 'test',
      PORT: '0',
      LOG_LEVEL: 'silent',
      CRM_SYNC_DATABASE_URL: database.url,
      KAFKA_BROKERS: broker.brokers.join(','),
      KAFKA_REPLICATION: '1',
      KAFKA_TOPIC_PREFIX: broker.topicPrefix,
      GATEWAY_PUBLIC_KEY: tokens.publicKeyPem,
    },
  });
}, 60_000);
afterAll(async () => {
  await service?.close();
  await broker?.close();
  await database?.close();
}, 60_000);

type Item = Record<string, unknown> & { id: number; name: string };
interface Body extends Item {
  items: Item[];
  next_cursor: string | null;
  errors: { field: string }[];
  version: number;
  parent_id: number | null;
  code: string;
}

interface Answer {
  status: number;
  body: Body;
  headers: Headers;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  options: { org?: string; roles?: string[]; key?: string } = {},
): Promise<Answer> {
  const token = await tokens.token({ orgId: options.org ?? '1', roles: options.roles ?? ['manager'] });
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.key !== undefined) headers['idempotency-key'] = options.key;
  const response = await fetch(service.url + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Body, headers: response.headers };
}

test('creates a customer from the documented body', async () => {
  const { status, body } = await call('POST', '/customers', {
    org_id: 1,
    email: 'test@example.com',
    full_name: 'Test Customer',
    phone: '555-0100',
  });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.any(Number),
    name: 'Test Customer',
    email: 'test@example.com',
    phone: '555-0100',
    currency: 'USD',
    parent_id: null,
    active: true,
    teri_code: expect.stringMatching(/^TERI-[0-9A-HJKMNP-TV-Z]{8}$/),
    version: 1,
    links: [],
    other_currency_of: null,
    other_currencies: [],
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  expect((await call('GET', `/customers/${body.id}`)).body).toEqual(body);
});

test('an optional field that is null counts as left out', async () => {
  const nothing = { email: null, phone: null, currency: null, parent_id: null, org_id: null, full_name: null };
  const { status, body } = await call('POST', '/customers', { name: 'Nulls', ...nothing }, { key: 'nulls' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: 'Nulls', email: '', phone: '', currency: 'USD', parent_id: null });
  const left = await call('POST', '/customers', { name: 'Nulls' }, { key: 'nulls' });
  expect(left.body.id).toBe(body.id);
  const named = await call('POST', '/customers', { name: null, full_name: 'Named in full' });
  expect(named).toMatchObject({ status: 201, body: { name: 'Named in full' } });
});

test('the same Idempotency-Key answers the first reply and creates nothing twice', async () => {
  const first = await call('POST', '/customers', { name: 'Once' }, { key: 'k1' });
  const second = await call('POST', '/customers', { name: 'Once' }, { key: 'k1' });
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect((await call('POST', '/customers', { name: 'Other' }, { key: 'k1' })).status).toBe(422);
  expect((await call('GET', '/customers?q=Once')).body.items).toHaveLength(1);
});

test('a change raises the version once, no change not at all', async () => {
  const { id } = (await call('POST', '/customers', { name: 'Before', currency: 'eur' })).body;
  const changed = await call('PATCH', `/customers/${id}`, { name: 'After', active: false, email: null });
  expect(changed.body).toMatchObject({ name: 'After', active: false, currency: 'EUR', version: 2 });
  expect((await call('PATCH', `/customers/${id}`, { name: 'After' })).body.version).toBe(2);
});

test('every change is one event', async () => {
  const { id } = (await call('POST', '/customers', { name: 'Told' })).body;
  await call('PATCH', `/customers/${id}`, { phone: '1' });
  await call('PATCH', `/customers/${id}`, { phone: '1' });
  expect(await versionsOnTopic(String(id), 2)).toEqual([1, 2]);
}, 30_000);

test('a tree has a parent of the same org and no circle', async () => {
  const top = (await call('POST', '/customers', { name: 'Top' })).body.id;
  const below = (await call('POST', '/customers', { name: 'Below', parent_id: top })).body;
  expect(below.parent_id).toBe(top);
  expect((await call('PATCH', `/customers/${top}`, { parent_id: below.id })).body).toMatchObject({
    status: 409,
    code: 'customer.parent_circle',
  });
  expect((await call('PATCH', `/customers/${top}`, { parent_id: top })).status).toBe(409);
  expect((await call('POST', '/customers', { name: 'X', parent_id: top }, { org: '2' })).body.errors[0]!.field).toBe(
    'parent_id',
  );
  expect((await call('PATCH', `/customers/${below.id}`, { parent_id: null })).body.parent_id).toBeNull();
});

test('a party with two currencies is two customers that show each other, with one event per change', async () => {
  const made = async (name: string, currency: string): Promise<number> =>
    (await call('POST', '/customers', { name, currency })).body.id;
  const [usd, eur, gbp] = [await made('Duo', 'USD'), await made('Duo (EUR)', 'EUR'), await made('Duo (GBP)', 'GBP')];
  const linked = await call('PATCH', `/customers/${eur}`, { other_currency_of: usd });
  expect(linked.body).toMatchObject({ version: 2, parent_id: null, other_currency_of: usd });
  await call('PATCH', `/customers/${gbp}`, { other_currency_of: eur });
  const sides = async (id: number): Promise<unknown> => (await call('GET', `/customers/${id}`)).body.other_currencies;
  const [dollars, euros, pounds] = [
    { id: usd, currency: 'USD' },
    { id: eur, currency: 'EUR' },
    { id: gbp, currency: 'GBP' },
  ];
  expect([await sides(usd), await sides(eur), await sides(gbp)]).toEqual([
    [euros, pounds],
    [dollars, pounds],
    [dollars, euros],
  ]);
  expect((await call('PATCH', `/customers/${usd}`, { other_currency_of: eur })).body).toMatchObject({
    version: 1,
    other_currency_of: null,
  });
  expect((await call('PATCH', `/customers/${gbp}`, { other_currency_of: usd })).body.version).toBe(2);
  expect(await versionsOnTopic(String(eur), 2)).toEqual([1, 2]);
  const alone = await call('PATCH', `/customers/${gbp}`, { other_currency_of: null });
  expect(alone.body).toMatchObject({ version: 3, other_currencies: [] });
}, 30_000);

test('the other currency must be another one, of a customer of the org', async () => {
  const { id } = (await call('POST', '/customers', { name: 'Solo', currency: 'USD' })).body;
  const same = (await call('POST', '/customers', { name: 'Solo 2', currency: 'USD' })).body.id;
  const theirs = (await call('POST', '/customers', { name: 'Solo 3', currency: 'EUR' }, { org: '2' })).body.id;
  const refused = { status: 409, body: { code: 'customer.other_currency' } };
  expect(await call('PATCH', `/customers/${id}`, { other_currency_of: same })).toMatchObject(refused);
  expect(await call('PATCH', `/customers/${id}`, { other_currency_of: id })).toMatchObject(refused);
  const stranger = await call('PATCH', `/customers/${id}`, { other_currency_of: theirs });
  expect(stranger).toMatchObject({ status: 400, body: { errors: [{ field: 'other_currency_of' }] } });
});

test.each([
  ['name', {}],
  ['name', { name: '  ' }],
  ['name', { name: null }],
  ['full_name', { full_name: null }],
  ['name', { name: null, full_name: null }],
  ['email', { name: 'A', email: 'no' }],
  ['currency', { name: 'A', currency: 'XXZ' }],
  ['parent_id', { name: 'A', parent_id: 'x' }],
  ['parent_id', { name: 'A', parent_id: 999999 }],
  ['parent_id', { name: 'A', parent_id: 1e30 }],
])('bad input names the field: %s', async (field, body) => {
  const { status, body: problem } = await call('POST', '/customers', body);
  expect(status).toBe(400);
  expect(problem.code).toBe('request.invalid');
  expect(problem.errors.map((error) => error.field)).toContain(field);
});

test('text that Postgres cannot hold is bad input, in a body and in a query', async () => {
  const answers = [await call('POST', '/customers', { name: 'A\u0000B' }), await call('GET', '/customers?q=a%00')];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [400, 'request.invalid'],
    [400, 'request.invalid'],
  ]);
});

test('lists page by page, sorted and filtered', async () => {
  for (const name of ['Zed', 'Yak', 'Xen'])
    await call('POST', '/customers', { name, email: `${name}@list.example` }, { org: '3' });
  const first = (await call('GET', '/customers?sort=-name&limit=2', undefined, { org: '3' })).body;
  expect(first.items.map((item) => item.name)).toEqual(['Zed', 'Yak']);
  const next = (await call('GET', `/customers?sort=-name&limit=2&cursor=${first.next_cursor}`, undefined, { org: '3' }))
    .body;
  expect(next).toMatchObject({ items: [{ name: 'Xen' }], next_cursor: null });
  const found = async (query: string): Promise<number> =>
    (await call('GET', `/customers?${query}`, undefined, { org: '3' })).body.items.length;
  expect(await found('q=yak%40LIST')).toBe(1);
  expect(await found('q=%25')).toBe(0);
  expect(await found('active=false')).toBe(0);
  expect(await found('active=true&sort=updated_at')).toBe(3);
  expect(await found('system=quickbooks&external_id=1')).toBe(0);
});

test('other orgs, weaker roles and strangers are refused', async () => {
  const { id } = (await call('POST', '/customers', { name: 'Mine' })).body;
  expect((await call('GET', `/customers/${id}`, undefined, { org: '2' })).body.code).toBe('customer.not_found');
  expect((await call('PATCH', `/customers/${id}`, { name: 'Theirs' }, { org: '2' })).status).toBe(404);
  expect((await call('POST', '/customers', { name: 'X', org_id: 2 })).status).toBe(403);
  expect((await call('POST', '/customers', { name: 'X' }, { roles: ['order_desk'] })).status).toBe(403);
  expect((await fetch(`${service.url}/customers`)).status).toBe(401);
});

test('merge proposals are listed', async () => {
  for (let i = 0; i < 2; i += 1) await call('POST', '/customers', { name: 'Twin' }, { org: '4' });
  const { body } = await call('GET', '/customers/merge-proposals', undefined, { org: '4' });
  expect(body.items).toMatchObject([{ reason: 'same_name' }]);
});

/** Reads our topic until a customer's versions are there. */
async function versionsOnTopic(customerId: string, count: number): Promise<number[]> {
  const kafka = kafkaBroker({ clientId: 'test', brokers: broker.brokers });
  const versions: number[] = [];
  const arrived = Promise.withResolvers<void>();
  const consumer = await kafka.consumer({
    group: `${broker.topicPrefix}spec`,
    topics: [broker.topicPrefix + topicDefs.customer.name],
    partitionsAtOnce: 1,
    onAssigned() {},
    onCrash: arrived.reject,
    async onBatch({ records }, control) {
      for (const record of records) {
        const state = JSON.parse(record.value!.toString()) as { customer_id: string; version: number };
        if (state.customer_id === customerId) versions.push(state.version);
        control.done(record.offset);
      }
      if (versions.length >= count) arrived.resolve();
    },
  });
  await arrived.promise;
  await consumer.close();
  await kafka.close();
  return versions;
}
