import { topicDefs } from '@cashloop/events';
import { FakeQuickBooks } from './fake-quickbooks.ts';
import { runService, until, type Running } from './running-service.ts';
import { Topics } from './topic-tail.ts';

const fake = new FakeQuickBooks();
let running: Running;
let topics: Topics;

const invoice = (Id: string, customer: string, TotalAmt: number, Balance = TotalAmt, extra: object = {}) => ({
  Id,
  CustomerRef: { value: customer },
  DocNumber: `D-${Id}`,
  TotalAmt,
  Balance,
  ...extra,
});
const payment = (Id: string, customer: string, TotalAmt: number, invoiceId: string, Amount = TotalAmt) => ({
  Id,
  CustomerRef: { value: customer },
  TotalAmt,
  UnappliedAmt: TotalAmt - Amount,
  Line: Amount === 0 ? [] : [{ Amount, LinkedTxn: [{ TxnId: invoiceId, TxnType: 'Invoice' }] }],
});
const told = () => topics.ofType(...Object.keys(topicDefs.receivable.types));
const metric = async (line: string): Promise<number> => {
  const text = (await running.call('GET', '/metrics')).body as string;
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? Number.NaN : Number(found.split(' ').at(-1));
};

beforeAll(async () => {
  await fake.start();
  for (const id of ['1', '2', '3']) fake.put('Customer', { Id: id, DisplayName: `Customer ${id}` });
  fake.put('Invoice', invoice('10', '1', 100, 40));
  fake.put('Invoice', invoice('11', '2', 50));
  fake.put('Payment', payment('20', '1', 60, '10'));
  fake.put('CreditMemo', { Id: '30', CustomerRef: { value: '2' }, TotalAmt: 5, RemainingCredit: 5 });
  running = await runService(fake);
  topics = await new Topics(running.broker).start();
}, 60_000);

afterAll(async () => {
  await topics?.close();
  await running?.close();
  await fake.close();
}, 30_000);

test('not connected: status, sync, check and poll_all answer as documented', async () => {
  expect((await running.call('GET', '/qbo/status')).body).toEqual({ connected: false, companies: [] });
  expect((await running.call('POST', '/qbo/sync/customer/1')).body).toEqual({
    ok: false,
    qbo_customer_id: null,
    customer_id: 1,
  });
  const check = { ok: false, changed_to_paid: false, error: 'No QBO invoice linked' };
  expect((await running.call('POST', '/qbo/sync/invoice/7/check')).body).toEqual(check);
  expect((await running.call('POST', '/qbo/sync/invoice/poll_all')).body).toEqual({
    ok: true,
    scheduled: 0,
    proposal_ids: [],
  });
  expect(await metric('crm_qbo_customer_sync_total{org_id="1",result="skipped"}')).toBe(1);
  expect(await metric('crm_invoices_paid_total{org_id="1"}')).toBe(0);
});

test('oauth start leads a browser to Intuit; a state is good once', async () => {
  fake.feedIsDown = true;
  const start = await running.call('GET', '/qbo/oauth/start', undefined, { accept: 'text/html' });
  expect(start.status).toBe(302);
  await running.connect();
  const bad = await running.call('GET', `/qbo/oauth/callback?code=x&state=1.${'a'.repeat(32)}&realmId=${fake.realmId}`);
  expect([bad.status, bad.body.code]).toEqual([400, 'qbo.bad_state']);
});

test('first import parks, the link releases: one change per customer, then import_completed, then reading_completed', async () => {
  await until('sightings', async () => topics.ofType('external_customer_seen').length === 3);
  expect(told()).toEqual([]);
  await topics.link(fake.realmId, ['1', '2', '3']);
  const linked = 'select 1 from external_customer where customer_id is not null';
  await until('links', async () => (await running.admin.query(linked)).rowCount === 3);
  // Pages read a while apart may contradict each other: nobody is complete before the sweep over that while.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(told()).toEqual([]);
  fake.feedIsDown = false;
  await until('reading_completed', async () => topics.ofType('reading_completed').length === 1, 30_000);
  const ofFirst = told().filter((event) => event.key === '1:1001');
  expect(ofFirst.map((event) => [event.type, event.data.version, event.observed, event.last])).toEqual([
    ['invoice_created', 1, 'import', false],
    ['payment_received', 1, 'import', true],
    ['import_completed', 1, 'import', false],
  ]);
  expect(ofFirst[0]!.changeCustomers).toEqual(['1001']);
  expect(ofFirst[0]!.changeId).toBe(ofFirst[1]!.changeId);
  expect(ofFirst[0]!.data.settledBy.cashMinor).toBe('6000');
  expect(
    told()
      .filter((event) => event.key === '1:1003')
      .map((event) => event.type),
  ).toEqual(['import_completed']);
  expect(topics.ofType('reading_completed')[0]!.data).toMatchObject({ firstImport: true, company: fake.realmId });
  const { body } = await running.call('GET', '/qbo/status');
  expect(body.companies[0]).toMatchObject({
    state: 'live',
    import: { customers: 3, invoices: 2, payments: 1, credit_memos: 1, parked: 0 },
  });
  expect(await metric('crm_invoices_generated_total{org_id="1"}')).toBe(0);
  const stranger = { authorization: `Bearer ${await running.tokenOf('2')}` };
  expect((await running.call('GET', '/qbo/status', undefined, stranger)).body).toEqual({
    connected: false,
    companies: [],
  });
  const none = { ok: true, scheduled: 0, proposal_ids: [] };
  expect((await running.call('POST', '/qbo/sync/invoice/poll_all', undefined, stranger)).body).toEqual(none);
});

test('webhook: published well under a second, read once per batch, duplicates do nothing', async () => {
  fake.put('Payment', payment('21', '1', 40, '10'));
  fake.put('Invoice', invoice('10', '1', 100, 0));
  const before = fake.asked.length;
  const hook = fake.webhook(['Payment', '21'], ['Invoice', '10']);
  const beganMs = Date.now();
  expect((await running.call('POST', '/qbo/webhook', hook.body, hook.headers)).status).toBe(200);
  await until('invoice_paid', async () => topics.ofType('invoice_paid').length === 1);
  expect(Date.now() - beganMs).toBeLessThan(1_500);
  const change = told().filter((event) => event.changeId === topics.ofType('invoice_paid')[0]!.changeId);
  expect(change.map((event) => [event.type, event.last])).toEqual([
    ['invoice_paid', false],
    ['payment_received', true],
  ]);
  expect(fake.asked.length - before).toBeLessThanOrEqual(3);
  await running.call('POST', '/qbo/webhook', hook.body, hook.headers);
  expect(await metric('crm_invoices_paid_total{org_id="1"}')).toBe(1);
  expect(await metric('crm_portal_payment_amount_cents_sum{org_id="1"}')).toBe(4000);
});

test('webhook with a wrong signature is refused', async () => {
  const hook = fake.webhook(['Invoice', '10']);
  const refused = await running.call('POST', '/qbo/webhook', hook.body + ' ', hook.headers);
  expect([refused.status, refused.body.code]).toEqual([401, 'qbo.bad_signature']);
});

test('webhook lost: poll_all finds it, and a deletion', async () => {
  fake.put('Payment', payment('22', '2', 20, '11'));
  fake.put('Invoice', invoice('11', '2', 50, 30));
  fake.remove('CreditMemo', '30');
  const { body } = await running.call('POST', '/qbo/sync/invoice/poll_all');
  expect(body).toMatchObject({ ok: true, scheduled: 2 });
  await until('credit_note_voided', async () => topics.ofType('credit_note_voided').length === 1);
  expect(topics.ofType('credit_note_voided')[0]!.data.state).toBe(4);
  expect(topics.ofType('invoice_updated').at(-1)!.data).toMatchObject({ balanceMinor: '3000', version: 2 });
  await until('reading', async () => topics.ofType('reading_completed').length === 2);
  expect(body.proposal_ids).toHaveLength(2);
  const links = await running.admin.query(`select proposal_id from invoice_links where qbo_invoice_id = '11'`);
  const proposal = Number(links.rows[0].proposal_id);
  expect(body.proposal_ids).toContain(proposal);
  const check = (await running.call('POST', `/qbo/sync/invoice/${proposal}/check`)).body;
  expect(check).toEqual({
    ok: true,
    changed_to_paid: false,
    qbo_status: 'Open',
    qbo_balance_cents: 3000,
    qbo_invoice_number: 'D-11',
  });
  fake.put('Payment', payment('23', '2', 30, '11'));
  fake.put(
    'Invoice',
    invoice('11', '2', 50, 0, {
      LinkedTxn: [
        { TxnId: '22', TxnType: 'Payment' },
        { TxnId: '23', TxnType: 'Payment' },
      ],
    }),
  );
  expect((await running.call('POST', `/qbo/sync/invoice/${proposal}/check`)).body).toMatchObject({
    ok: true,
    changed_to_paid: true,
    qbo_status: 'Paid',
  });
  await until('payment 23', async () =>
    topics.ofType('payment_received').some((event) => event.data.source.externalId === '23'),
  );
});

test('a new customer live: seen, parked, then told with observed live', async () => {
  fake.put('Customer', { Id: '4', DisplayName: 'Customer 4' });
  fake.put('Invoice', invoice('12', '4', 70));
  const hook = fake.webhook(['Invoice', '12']);
  await running.call('POST', '/qbo/webhook', hook.body, hook.headers);
  await until('sighting', async () => topics.ofType('external_customer_seen').length === 4);
  await topics.link(fake.realmId, ['4']);
  await until('release', async () => told().filter((event) => event.key === '1:1004').length === 2);
  const own = told().filter((event) => event.key === '1:1004');
  expect(own.map((event) => [event.type, event.observed])).toEqual([
    ['invoice_created', 'live'],
    ['import_completed', 'import'],
  ]);
  expect(await metric('crm_invoices_generated_total{org_id="1"}')).toBe(1);
});

test('a link that moves to another customer moves the documents', async () => {
  await topics.link(fake.realmId, ['4'], 1, 2000);
  const moved = () => told().filter((event) => event.key === '1:1004' && event.data.movedToCustomerId === '2004');
  // Two keys, so two partitions: either event may be seen first.
  await until('leave', async () => moved().length === 1);
  await until('arrival', async () =>
    told().some((event) => event.key === '1:2004' && event.type === 'invoice_updated'),
  );
  const [left] = moved();
  expect(left!.data).toMatchObject({ balanceMinor: '0', version: 2 });
});

const seenAs = (externalId: string) =>
  topics.ofType('external_customer_seen').filter((event) => event.data.externalId === externalId);
/** A customer of the master that stands in another company only. */
const inMaster = async (id: string) => {
  await topics.link('other-company', [id]);
  const known = async () =>
    (await running.admin.query('select 1 from customer where customer_id = $1', [1000 + Number(id)])).rowCount === 1;
  await until(`customer ${id}`, known);
};

test('a customer is created in QuickBooks once, and told to the master as its own at once', async () => {
  await topics.link('other-company', ['77']);
  // Not waited for: a customer made a moment ago may not have come here yet.
  const first = (await running.call('POST', '/qbo/sync/customer/1077')).body;
  expect(first).toMatchObject({ ok: true, customer_id: 1077 });
  const id = first.qbo_customer_id;
  await until('sighting', async () => seenAs(id).length === 1);
  expect(seenAs(id)[0]!.data).toMatchObject({ version: 1, customerId: '1077', name: 'Customer 77' });
  const again = (await running.call('POST', '/qbo/sync/customer/1077')).body;
  expect(again.qbo_customer_id).toBe(id);
  const hook = fake.webhook(['Customer', id]);
  await running.call('POST', '/qbo/webhook', hook.body, hook.headers);
  const released = 'select 1 from external_customer where external_id = $1 and customer_id = 1077 and released';
  await until('release', async () => (await running.admin.query(released, [id])).rowCount === 1);
  await until('import_completed', async () => told().some((event) => event.key === '1:1077'));
  expect(seenAs(id)).toHaveLength(1);
  expect(await metric('crm_qbo_customer_sync_total{org_id="1",result="created"}')).toBe(1);
  expect(await metric('crm_qbo_customer_sync_total{org_id="1",result="updated"}')).toBe(1);
  expect(topics.ofType('external_customer_seen').filter((event) => event.data.customerId !== '')).toHaveLength(1);
});

test('the answer to a create is lost: its first sight is known as ours', async () => {
  await inMaster('78');
  fake.losesAnswers = Infinity;
  expect((await running.call('POST', '/qbo/sync/customer/1078')).body).toMatchObject({ ok: false });
  fake.losesAnswers = 0;
  const id = fake.idOf('Customer 78')!;
  const hook = fake.webhook(['Customer', id]);
  await running.call('POST', '/qbo/webhook', hook.body, hook.headers);
  await until('sighting', async () => seenAs(id).length === 1);
  expect(seenAs(id)[0]!.data.customerId).toBe('1078');
  expect((await running.call('POST', '/qbo/sync/customer/1078')).body).toMatchObject({ ok: true, qbo_customer_id: id });
}, 60_000);

test('a name that another customer has: ours gets its code in QuickBooks, and keeps its name here', async () => {
  await topics.link('other-company', ['2'], 1, 5000);
  const first = (await running.call('POST', '/qbo/sync/customer/5002')).body;
  expect(first).toMatchObject({ ok: true, customer_id: 5002 });
  const id = first.qbo_customer_id;
  expect([id === '2', fake.idOf('Customer 2 (TERI-5002)')]).toEqual([false, id]);
  await until('sighting', async () => seenAs(id).length === 1);
  expect(seenAs(id)[0]!.data).toMatchObject({ customerId: '5002', name: 'Customer 2' });
  expect((await running.call('POST', '/qbo/sync/customer/5002')).body).toMatchObject({ ok: true, qbo_customer_id: id });
  expect(fake.idOf('Customer 2 (TERI-5002)')).toBe(id);
});

test('the master gives the place to another customer: a later sync makes a new one', async () => {
  const id = fake.idOf('Customer 78')!;
  await topics.link(fake.realmId, [id], 1, 0);
  const moved = 'select 1 from external_customer where external_id = $1 and customer_id = $1::bigint';
  await until('link', async () => (await running.admin.query(moved, [id])).rowCount === 1);
  const next = (await running.call('POST', '/qbo/sync/customer/1078')).body;
  expect(next.ok).toBe(true);
  expect(next.qbo_customer_id).not.toBe(id);
});

test('an expired token is refreshed once; a dead grant asks for consent and a new one heals', async () => {
  fake.expireTokens();
  const given = fake.tokensGiven;
  await running.call('POST', '/qbo/sync/invoice/poll_all');
  const readings = topics.ofType('reading_completed').length;
  await until('reading after refresh', async () => topics.ofType('reading_completed').length > readings);
  expect(fake.tokensGiven).toBe(given + 1);
  fake.refuseRefresh = true;
  fake.expireTokens();
  await running.call('POST', '/qbo/sync/invoice/poll_all');
  await until(
    'needs_reconsent',
    async () => (await running.call('GET', '/qbo/status')).body.companies[0].state === 'needs_reconsent',
  );
  fake.refuseRefresh = false;
  await running.connect();
  await until('live', async () => (await running.call('GET', '/qbo/status')).body.companies[0].state === 'live');
});

test('no document was told twice with one version', async () => {
  const keys = told().map((event) => `${event.subject}@${event.data.version}`);
  expect(new Set(keys).size).toBe(keys.length);
});
