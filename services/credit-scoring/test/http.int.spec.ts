import { setTimeout } from 'node:timers/promises';
import { bootService, type RunningService } from '@cashloop/service-shell';
import {
  testBroker,
  testDatabase,
  tokenMaker,
  type TestBroker,
  type TestDatabase,
  type TokenMaker,
} from '@cashloop/testkit';
import { TransactionRunner } from '@cashloop/persistence';
import { create, OrgStateSchema, topicDefs } from '@cashloop/events';
import { CreditScoringModule } from '../src/credit-scoring.module.ts';
import { OnCustomer } from '../src/handlers/on-customer.ts';
import { OnOrg } from '../src/handlers/on-org.ts';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import { migrations } from '../src/migrations/index.ts';
import { customer, invoice, NOW } from './builders.ts';

let database: TestDatabase;
let broker: TestBroker;
let tokens: TokenMaker;
let service: RunningService;

beforeAll(async () => {
  [database, broker, tokens] = await Promise.all([testDatabase({ migrations }), testBroker(), tokenMaker()]);
  await broker.createTopics([topicDefs.org, topicDefs.customer, topicDefs.receivable, topicDefs.sync]);
  service = await bootService({
    name: 'credit-scoring',
    module: CreditScoringModule,
    env: {
      PORT: '0',
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      KAFKA_BROKERS: broker.brokers.join(','),
      KAFKA_REPLICATION: '1',
      KAFKA_TOPIC_PREFIX: broker.topicPrefix,
      CREDIT_SCORING_DATABASE_URL: database.url,
      GATEWAY_PUBLIC_KEY: tokens.publicKeyPem,
    },
  });
  const ctx = { now: NOW, log: console as never };
  const org = {
    orgId: '1',
    data: create(OrgStateSchema, { orgId: '1', version: 1, timeZone: 'UTC', baseCurrency: 'USD' }),
  };
  await service.app.get(TransactionRunner).run(['1'], async (tx) => {
    await service.app.get(OnOrg).handle([org as never], { ...ctx, tx });
    await service.app
      .get(OnCustomer)
      .handle([customer({ linkedTo: [] }), customer({ id: '6', linkedTo: [] })], { ...ctx, tx });
    await service.app.get(OnReceivable).handle([invoice({ id: 1, balance: 150_000n })], { ...ctx, tx });
  });
}, 60_000);

afterAll(async () => {
  await service.close();
  await Promise.all([database.close(), broker.close()]);
}, 60_000);

async function call(
  method: string,
  path: string,
  options: { body?: unknown; roles?: string[]; key?: string; orgId?: string } = {},
) {
  const token = await tokens.token({ roles: options.roles ?? ['admin'], orgId: options.orgId ?? '1' });
  const response = await fetch(service.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(options.key ? { 'idempotency-key': options.key } : {}),
    },
    body: options.body === undefined ? null : JSON.stringify(options.body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

test('settings, limit, client, holds, audit: one walk', async () => {
  expect((await call('GET', '/credit/settings')).body).toMatchObject({
    enforcement: 'observe',
    warnFromPercent: 90,
    tenureWeight: 10,
    version: 0,
  });
  expect((await call('PUT', '/credit/settings', { body: { enforcement: 'enforce' } })).body).toMatchObject({
    enforcement: 'enforce',
    version: 1,
  });
  const body = { limit: 1000, reason: 'agreed' };
  const first = await call('PUT', '/credit/clients/5/limit', { body, key: 'a' });
  expect(first).toMatchObject({
    status: 200,
    body: { limit_in_force: '1000.00', exposure: '1500.00', available: '-500.00', held: true, version: 1 },
  });
  expect(await call('PUT', '/credit/clients/5/limit', { body, key: 'a' })).toEqual(first);
  expect(await call('PUT', '/credit/clients/5/limit', { body: { ...body, limit: 2 }, key: 'a' })).toMatchObject({
    status: 422,
    body: { code: 'idempotency.key_reused' },
  });
  expect((await call('GET', '/credit/clients/5')).body).toMatchObject({
    clientId: 5,
    limitInForce: 1000,
    currentExposure: 1500,
    standing: 'held',
  });
  const holds = await call('GET', '/credit/holds?sort=-excess&limit=1');
  expect(holds.body).toMatchObject({
    items: [{ account_id: 5, state: 'held', exposure: '1500.00', way_out: '500.00' }],
    next_cursor: null,
  });
  expect((await call('GET', '/credit/clients/5/audit')).body).toMatchObject({
    items: [{ action: 'MANUAL_OVERRIDE', oldLimit: null, newLimit: 1000 }],
  });
  expect((await call('GET', '/credit/totals?currency=USD')).body).toMatchObject({
    items: [{ open_balance: '1500.00', paid_invoices: 0 }],
  });
  expect((await call('GET', '/credit/clients/5/facts')).body).toMatchObject({
    currency: 'USD',
    invoices: [{ balance: 1500 }],
  });
});

test('a customer on its way here from the customer master is waited for', async () => {
  const set = call('PUT', '/credit/clients/8/limit', { body: { limit: '10', reason: 'new' } });
  const read = call('GET', '/credit/clients/8');
  await setTimeout(300);
  await service.app
    .get(TransactionRunner)
    .run(['1'], (tx) =>
      service.app
        .get(OnCustomer)
        .handle([customer({ id: '8', linkedTo: [] })], { now: NOW, log: console as never, tx }),
    );
  expect([(await set).status, (await read).status]).toEqual([200, 200]);
});

test('limits in bulk', async () => {
  const reply = await call('PUT', '/credit/limits', { body: { items: [{ client_id: 6, limit: '20.50' }] } });
  expect(reply).toMatchObject({ status: 200, body: { items: [{ client_id: 6, limit_in_force: '20.50' }] } });
});

test.each([
  ['GET', '/credit/clients/77', {}, 404, 'credit.client_unknown'],
  ['GET', '/credit/clients/x', {}, 400, 'request.invalid'],
  ['GET', '/credit/clients/5', { orgId: '2' }, 404, 'credit.client_unknown'],
  ['PUT', '/credit/clients/77/limit', { body: { limit: '1', reason: 'x' } }, 404, 'credit.client_unknown'],
  ['PUT', '/credit/clients/5/limit', { body: { limit: '-1', reason: 'x' } }, 400, 'request.invalid'],
  [
    'PUT',
    '/credit/clients/5/limit',
    { body: { limit: '1', reason: 'x', expires_at: '2020-01-01T00:00:00Z' } },
    400,
    'request.invalid',
  ],
  ['PUT', '/credit/clients/5/limit', { body: { limit: '1', reason: 'x' }, roles: ['analyst'] }, 403, undefined],
  [
    'PUT',
    '/credit/limits',
    {
      body: {
        items: [
          { client_id: 6, limit: '1' },
          { client_id: 6, limit: '2' },
        ],
      },
    },
    400,
    'request.invalid',
  ],
  ['PUT', '/credit/settings', { body: { tenureWeight: 11 } }, 400, 'credit.weights_sum'],
  ['PUT', '/credit/settings', { body: { enforcement: 'off' }, roles: ['manager'] }, 403, undefined],
  ['GET', '/credit/clients/5/audit', { roles: ['analyst'] }, 403, undefined],
  ['GET', '/credit/holds?sort=secret', {}, 400, 'request.invalid'],
] as const)('%s %s with %j answers %i %s', async (method, path, options, status, code) => {
  const reply = await call(method, path, options as never);
  expect(reply.status).toBe(status);
  if (code !== undefined) expect(reply.body.code).toBe(code);
});
