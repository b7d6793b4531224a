/**
 * What we rely on in QuickBooks, shown against the stand-in (and, on demand, a real company):
 * - rows ordered by Id page by position; count(*) counts the same rows; Id IN returns what still exists
 * - the change feed shows full objects and deletions; SyncTokens rise; timestamps carry an offset
 * - the change feed refuses what lies over 30 days back, by its own clock
 * - a payment moves Balance, LinkedTxn and SyncToken of its invoices; a credit memo is applied by a zero payment
 * - a payment freed by a voided invoice may keep its SyncToken and LastUpdatedTime
 * - a repeated request id gets the first answer again; a customer's name is given once
 * - the authorization code is good once; refresh tokens rotate; webhooks are signed over the raw bytes
 */
import { TokenStore } from '@cashloop/connector-kit';
import { topicDefs } from '@cashloop/events';
import { runService, until, type Running } from '../../../test/running-service.ts';
import { openGateway, type OpenGateway } from '../../../test/open-gateway.ts';
import { SandboxProcess } from '../../../test/sandbox-process.ts';
import { Topics } from '../../../test/topic-tail.ts';
import type { Json } from '../../../test/json.ts';

const sandbox = new SandboxProcess();
let running: Running;
let gateway: OpenGateway;
let topics: Topics;
let post: (path: string, body: object) => Promise<Json>;

const told = () => topics.ofType(...Object.keys(topicDefs.receivable.types));
const newest = (externalType: string, externalId: string) =>
  told()
    .filter(({ data }) => data.source?.externalId === externalId && data.source.externalType === externalType)
    .at(-1);
const CUSTOMERS = ['C1', 'C2'];

beforeAll(async () => {
  await sandbox.reserve();
  const oauth = `${sandbox.url}/oauth2`;
  running = await runService(sandbox, {
    QBO_OAUTH_AUTHORIZE_URL: `${oauth}/authorize`,
    QBO_OAUTH_TOKEN_URL: `${oauth}/v1/tokens/bearer`,
    QBO_OAUTH_REVOKE_URL: `${oauth}/v1/tokens/revoke`,
  });
  gateway = await openGateway(running);
  await sandbox.start(`${gateway.url}/qbo/webhook`);
  topics = await new Topics(running.broker).start();
  sandbox.realmId = (await sandbox.admin('POST', '/companies', { name: 'Contract Ltd' })).realm_id;
  const rows = [
    ...CUSTOMERS.map((key) => ({ kind: 'customer', key, display_name: key })),
    {
      kind: 'invoice',
      key: 'I1',
      customer_key: 'C1',
      doc_number: 'N1',
      txn_date: '2026-01-03',
      due_date: '2026-02-02',
      amount: '100.10',
    },
    {
      kind: 'invoice',
      key: 'I2',
      customer_key: 'C1',
      doc_number: 'N2',
      txn_date: '2026-01-04',
      due_date: '2026-02-03',
      amount: '50.39',
    },
    {
      kind: 'payment',
      key: 'P1',
      customer_key: 'C1',
      txn_date: '2026-01-20',
      lines: [{ invoice_key: 'I1', amount: '100.10' }],
      amount: '100.10',
    },
    { kind: 'credit_memo', key: 'M1', customer_key: 'C1', doc_number: 'CM1', txn_date: '2026-01-05', amount: '12.00' },
  ];
  const done = await sandbox.admin(
    'POST',
    `/companies/${sandbox.realmId}/bulk`,
    rows.map((row) => JSON.stringify(row)).join('\n'),
  );
  expect(done).toMatchObject({ created: rows.length, errors: [] });
}, 90_000);

afterAll(async () => {
  await topics?.close();
  await running?.close();
  await sandbox.close();
  await gateway?.close();
}, 30_000);

test('the OAuth walk connects the company, and its history is imported', async () => {
  const start = await running.call('GET', '/qbo/oauth/start', undefined, { accept: 'application/json' });
  const state = new URL(start.body.authorize_url).searchParams.get('state')!;
  const redirect_uri = new URL(start.body.authorize_url).searchParams.get('redirect_uri')!;
  const { code } = await sandbox.admin('POST', `/companies/${sandbox.realmId}/consent`, { redirect_uri });
  const query = new URLSearchParams({ code, state, realmId: sandbox.realmId });
  const callback = await running.call('GET', `/qbo/oauth/callback?${query}`);
  expect(callback.body).toMatchObject({ connected: true, realm_id: sandbox.realmId });
  await until('sightings', async () => topics.ofType('external_customer_seen').length === 2);
  const seen = topics.ofType('external_customer_seen').map((event) => event.data);
  expect(seen.map((data) => [data.name, data.currency])).toEqual(
    expect.arrayContaining([
      ['C1', 'USD'],
      ['C2', 'USD'],
    ]),
  );
  await topics.link(
    sandbox.realmId,
    seen.map((data) => data.externalId),
  );
  await until('first reading', async () => topics.ofType('reading_completed').length >= 1, 20_000);
  expect(
    told()
      .map((event) => event.type)
      .sort(),
  ).toEqual(
    [
      'credit_note_issued',
      'import_completed',
      'import_completed',
      'invoice_created',
      'invoice_created',
      'payment_received',
    ].sort(),
  );
  const paid = topics.ofType('invoice_created').find((event) => event.data.number === 'N1')!;
  expect(paid.data).toMatchObject({
    balanceMinor: '0',
    totalMinor: '10010',
    dueDate: '2026-02-02',
    settledBy: { cashMinor: '10010' },
  });
  const token = (await tokenRow())[0];
  post = (path, body) => asApp(path, body, token);
}, 60_000);

test('a payment taken there is announced and told here within two seconds', async () => {
  const invoice = topics.ofType('invoice_created').find((event) => event.data.number === 'N2')!;
  const beganMs = Date.now();
  await sandbox.admin('POST', `/companies/${sandbox.realmId}/payments`, {
    invoice_id: invoice.data.source.externalId,
    amount: '20.39',
  });
  await until('invoice_updated', async () => topics.ofType('invoice_updated').length > 0, 2_000);
  process.stdout.write(`payment told ${Date.now() - beganMs} ms after it was taken\n`);
  expect(newest('Invoice', invoice.data.source.externalId)!.data).toMatchObject({
    balanceMinor: '3000',
    settledBy: { cashMinor: '2039' },
  });
});

test('webhooks lost: the sweep finds the payment', async () => {
  const invoice = topics.ofType('invoice_created').find((event) => event.data.number === 'N2')!;
  await sandbox.admin('POST', '/faults', { kind: 'lose_webhooks', times: 10 });
  await sandbox.admin('POST', `/companies/${sandbox.realmId}/payments`, { invoice_id: invoice.data.source.externalId });
  await running.call('POST', '/qbo/sync/invoice/poll_all');
  await until('invoice_paid', async () => topics.ofType('invoice_paid').length === 1, 10_000);
  await sandbox.admin('DELETE', '/faults');
});

test('an invoice voided there frees its payments in the same change', async () => {
  const invoice = topics.ofType('invoice_created').find((event) => event.data.number === 'N2')!;
  await sandbox.admin('POST', `/companies/${sandbox.realmId}/invoices/${invoice.data.source.externalId}/void`, {});
  await until('invoice_voided', async () => topics.ofType('invoice_voided').length === 1, 5_000);
  const voided = topics.ofType('invoice_voided')[0]!;
  await until('payments', async () => told().filter((event) => event.changeId === voided.changeId).length === 3, 5_000);
  const freed = told().filter((event) => event.changeId === voided.changeId && event.type === 'payment_updated');
  expect(freed.map((event) => event.data.unappliedMinor).sort()).toEqual(['2039', '3000']);
});

test('duplicated and reordered webhooks change nothing', async () => {
  await sandbox.admin('POST', '/faults', { kind: 'duplicate_webhooks', times: 20 });
  await sandbox.admin('POST', '/faults', { kind: 'reorder_webhooks', times: 20 });
  const customer = topics.ofType('external_customer_seen')[0]!.data.externalId;
  const line = { Amount: 70, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: '1' } } };
  const made = (
    await post('invoice', {
      CustomerRef: { value: customer },
      TxnDate: '2026-03-01',
      Line: [line],
      PrivateNote: 'order SO-7',
    })
  ).Invoice;
  await until('invoice', async () => newest('Invoice', made.Id) !== undefined, 5_000);
  expect(newest('Invoice', made.Id)!.data).toMatchObject({ orderId: 'SO-7', totalMinor: '7000', state: 1 });
  await post('invoice?operation=delete', { Id: made.Id, SyncToken: made.SyncToken });
  await until('deletion', async () => newest('Invoice', made.Id)!.data.state === 6, 5_000);
  const keys = told().map((event) => `${event.subject}@${event.data.version}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a repeated request id gets the first customer again, and a name is given once', async () => {
  const first = await post('customer?requestid=r-1', { DisplayName: 'Once' });
  const again = await post('customer?requestid=r-1', { DisplayName: 'Once more' });
  expect(again.Customer).toEqual(first.Customer);
  await expect(post('customer?requestid=r-2', { DisplayName: 'Once' })).rejects.toThrow('6240');
  await topics.link(sandbox.realmId, [first.Customer.Id]);
  await topics.link('other-company', ['77']);
  await sandbox.admin('POST', '/faults', { kind: 'timeout_after_commit', times: 1 });
  const { body } = await running.call('POST', '/qbo/sync/customer/1077');
  expect(body.ok).toBe(true);
  const { Customer } = await post('customer', { Id: body.qbo_customer_id, SyncToken: '0', sparse: true });
  expect(Customer.DisplayName).toBe('Customer 77');
}, 30_000);

test('throttled and failing calls are repeated until they work', async () => {
  await sandbox.admin('POST', '/faults', { kind: 'throttle', times: 1 });
  await sandbox.admin('POST', '/faults', { kind: 'http500', times: 1 });
  const readings = topics.ofType('reading_completed').length;
  await running.call('POST', '/qbo/sync/invoice/poll_all');
  await until('reading', async () => topics.ofType('reading_completed').length > readings, 20_000);
}, 30_000);

test('its clock runs 31 days ahead of ours: the feed refuses, so everything is read again, once', async () => {
  const bill = async (key: string): Promise<void> => {
    const dates = { txn_date: '2026-03-01', due_date: '2026-04-01' };
    const row = { kind: 'invoice', key, customer_key: 'C2', doc_number: key, ...dates, amount: '10.00' };
    const done = await sandbox.admin('POST', `/companies/${sandbox.realmId}/bulk`, JSON.stringify(row));
    expect(done).toMatchObject({ created: 1, errors: [] });
    await running.call('POST', '/qbo/sync/invoice/poll_all');
    await until(key, async () => told().some(({ data }) => data.number === key), 20_000);
  };
  const books = async () => (await running.admin.query('select import_run, last_error from connection')).rows;
  await sandbox.admin('POST', '/clock', { advance_ms: 31 * 86_400_000 });
  await bill('LATE-1');
  // A webhook may have told it before the feed was asked.
  await until('read again', async () => (await books())[0].import_run === '2', 20_000);
  await until('live', async () => (await running.call('GET', '/qbo/status')).body.companies[0].state === 'live');
  await bill('LATE-2');
  expect(await books()).toEqual([{ import_run: '2', last_error: null }]);
}, 60_000);

const tokenRow = async (): Promise<string[]> => {
  const store = running.service.app.get(TokenStore);
  const owner = { orgId: '1', system: 'quickbooks', company: sandbox.realmId };
  return [await store.accessToken(owner, () => Promise.reject(new Error('must not refresh')))];
};

const asApp = async (path: string, body: object, token: string | undefined): Promise<Json> => {
  const response = await fetch(`${sandbox.url}/v3/company/${sandbox.realmId}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
};
