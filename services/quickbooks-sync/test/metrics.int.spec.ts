import { register } from 'prom-client';
import { FakeQuickBooks } from './fake-quickbooks.ts';
import { runService, type Running } from './running-service.ts';

const fake = new FakeQuickBooks();
let running: Running;

beforeAll(async () => {
  await fake.start();
  running = await runService(fake);
  await running.admin.query(`insert into org values (2, 1, 'EUR', 'Europe/Berlin')`);
}, 60_000);

afterAll(async () => {
  await running?.close();
  await fake.close();
}, 30_000);

const DOCUMENTED = [
  'crm_invoices_paid_total{org_id="ORG"}',
  'crm_invoices_generated_total{org_id="ORG"}',
  'crm_portal_payment_amount_cents_sum{org_id="ORG"}',
  'crm_portal_payment_amount_cents_count{org_id="ORG"}',
  ...['created', 'updated', 'skipped', 'error'].map((r) => `crm_qbo_customer_sync_total{org_id="ORG",result="${r}"}`),
  ...['fetch', 'parse', 'update'].map((s) => `crm_invoice_sync_errors_total{org_id="ORG",stage="${s}"}`),
  ...['query_invoice', 'cdc', 'customer_save', 'token'].map(
    (o) => `crm_qbo_api_errors_total{org_id="ORG",operation="${o}"}`,
  ),
  'cashloop_quickbooks_sync_reading_age_seconds{org_id="ORG"}',
  'cashloop_quickbooks_sync_companies_needing_consent{org_id="ORG"}',
];

const scrape = async (url: string): Promise<string[]> => (await (await fetch(`${url}/metrics`)).text()).split('\n');

test('after a start every org shows every documented series at 0, on a replica that does not lead too', async () => {
  // Both replicas of this test share one registry: emptied, it shows only what the second one begins with.
  register.resetMetrics();
  const second = await running.boot();
  try {
    const lines = await scrape(second.url);
    const missing = ['1', '2'].flatMap((org) => DOCUMENTED.map((series) => `${series.replace('ORG', org)} 0`));
    expect(missing.filter((line) => !lines.includes(line))).toEqual([]);
  } finally {
    await second.close();
  }
}, 60_000);

test('reads spent on any replica are written down, at the latest when it ends', async () => {
  const second = await running.boot();
  const { Metrics } = await import('../src/metrics.ts');
  second.app.get(Metrics).called({ orgId: '2', realmId: '77' }, 'cdc', true);
  await second.close();
  const { rows } = await running.admin.query(`select org_id, company, reads from read_budget where company = '77'`);
  expect(rows).toEqual([{ org_id: '2', company: '77', reads: '1' }]);
}, 60_000);

test('nobody is answered without a token of the gateway, except health, metrics and the API document', async () => {
  const statuses = async (headers: Record<string, string>): Promise<number[]> => {
    const calls = [
      ['GET', '/qbo/status'],
      ['POST', '/qbo/webhook'],
      ['GET', '/qbo/oauth/start'],
      ['GET', '/qbo/oauth/callback?code=c&state=s&realmId=1'],
      ['POST', '/qbo/sync/invoice/poll_all'],
      ['POST', '/qbo/sync/customer/1'],
    ];
    const all = calls.map(([method, path]) => fetch(running.service.url + path, { method, headers }));
    return (await Promise.all(all)).map((answer) => answer.status);
  };
  expect(await statuses({})).toEqual([401, 401, 401, 401, 401, 401]);
  expect(await statuses({ authorization: 'Bearer e30.e30.e30' })).toEqual([401, 401, 401, 401, 401, 401]);
  const user = await statuses({ authorization: `Bearer ${running.token}` });
  expect([user[1], user[3]]).toEqual([403, 403]);
});
