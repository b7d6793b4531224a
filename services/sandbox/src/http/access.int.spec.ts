import { afterAll, beforeAll, expect, test } from '@jest/globals';
import axios from 'axios';
import type { Json } from '../../test/json.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type Connected,
  invoice,
  type RunningSandbox,
  runSandbox,
  token,
} from '../../test/running-sandbox.ts';

let sandbox: RunningSandbox;
let company: Connected;
const open = { validateStatus: () => true, maxRedirects: 0 };
const HOUR_MS = 3_600_000;
const advance = (advance_ms: number) => sandbox.admin.post('/clock', { advance_ms });

beforeAll(async () => {
  sandbox = await runSandbox();
  company = await sandbox.connect('<b>Access</b> & Co');
});
afterAll(() => sandbox?.close());

test('the consent page lists companies and sends a code back', async () => {
  const params = {
    client_id: CLIENT_ID,
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: 'http://127.0.0.1:8080/qbo/oauth/callback',
    state: 's"1',
  };
  const page = await axios.get(`${sandbox.url}/oauth2/authorize`, { ...open, params });
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.data).toContain('&lt;b&gt;Access&lt;/b&gt; &amp; Co');
  const form = new URLSearchParams({ ...params, realm_id: company.realm, decision: 'connect' }).toString();
  const decided = await axios.post(`${sandbox.url}/oauth2/authorize`, form, open);
  expect(decided.status).toBe(302);
  const back = new URL(decided.headers['location']!);
  expect(Object.fromEntries(back.searchParams)).toEqual({
    code: expect.any(String),
    state: 's"1',
    realmId: company.realm,
  });
  const grant = { grant_type: 'authorization_code', code: back.searchParams.get('code')! };
  expect((await token(sandbox.url, grant)).data.error).toBe('invalid_grant'); // another redirect_uri, and the code is used up
  expect((await token(sandbox.url, { ...grant, redirect_uri: params.redirect_uri })).data.error).toBe('invalid_grant');
  const cancelled = await axios.post(
    `${sandbox.url}/oauth2/authorize`,
    new URLSearchParams({ ...params, decision: 'cancel' }).toString(),
    open,
  );
  expect(cancelled.headers['location']).toContain('error=access_denied');
  expect(
    (await axios.get(`${sandbox.url}/oauth2/authorize`, { ...open, params: { ...params, client_id: 'x' } })).status,
  ).toBe(400);
});

test('the token endpoint wants Basic authentication', async () => {
  const answer = await axios.post(`${sandbox.url}/oauth2/v1/tokens/bearer`, 'grant_type=refresh_token', {
    ...open,
    auth: { username: CLIENT_ID, password: 'wrong' },
  });
  expect([answer.status, answer.data.error]).toEqual([401, 'invalid_client']);
});

test('refresh tokens change daily and the old one lives 24 hours more', async () => {
  const { refreshToken } = await sandbox.connect('Rotation');
  const refresh = async (value: string) =>
    (await token(sandbox.url, { grant_type: 'refresh_token', refresh_token: value })).data;
  const first = await refresh(refreshToken);
  expect(first).toMatchObject({
    token_type: 'bearer',
    expires_in: 3600,
    x_refresh_token_expires_in: 8_726_400,
    refresh_token: refreshToken,
  });
  await advance(25 * HOUR_MS);
  const second = await refresh(refreshToken);
  expect(second.refresh_token).not.toBe(refreshToken);
  expect((await refresh(refreshToken)).refresh_token).toBe(second.refresh_token);
  await advance(25 * HOUR_MS);
  expect((await refresh(refreshToken)).error).toBe('invalid_grant');
  expect((await refresh(second.refresh_token)).access_token).toBeDefined();
  const { data } = await token(
    sandbox.url,
    { grant_type: 'refresh_token', refresh_token: second.refresh_token },
    { 'x-include-refresh-token-hard-expires-in': 'true' },
  );
  expect(data.x_refresh_token_hard_expires_in).toBeGreaterThan(0);
  await sandbox.admin.post('/clock', { reset: true });
});

test("expired, unknown and foreign tokens get the gateway's lower-case fault", async () => {
  const other = await sandbox.connect('Other');
  const call = (accessToken: string) =>
    axios.get(`${sandbox.url}/v3/company/${company.realm}/customer/1`, {
      ...open,
      headers: { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' },
    });
  const foreign = await call(other.accessToken);
  expect([foreign.status, foreign.data.fault.error[0].code]).toEqual([403, '3100']);
  const unknown = await call('nonsense');
  expect([unknown.status, unknown.data.fault.error[0].code, unknown.data.fault.type]).toEqual([
    401,
    '3200',
    'AUTHENTICATION',
  ]);
  expect(unknown.headers['www-authenticate']).toContain('invalid_token');
  expect(unknown.headers['intuit_tid']).toBeDefined();
  expect(typeof unknown.data.time).toBe('number');
  await advance(2 * HOUR_MS);
  expect((await call(company.accessToken)).status).toBe(401);
  await sandbox.admin.post('/clock', { reset: true });
});

test('revoking ends the connection', async () => {
  const gone = await sandbox.connect('Revoked');
  const auth = { username: CLIENT_ID, password: CLIENT_SECRET };
  expect(
    (await axios.post(`${sandbox.url}/oauth2/v1/tokens/revoke`, `token=${gone.refreshToken}`, { ...open, auth }))
      .status,
  ).toBe(200);
  expect((await gone.api.get('/customer/1')).status).toBe(401);
});

test('without an Accept of JSON answers and faults are XML', async () => {
  const headers = { Accept: '*/*' };
  const fault = await company.api.get('/customer/999', { headers });
  expect(fault.headers['content-type']).toContain('application/xml');
  expect(fault.data).toMatch(/<Fault type="ValidationFault"><Error code="610">/);
  const denied = await axios.get(`${sandbox.url}/v3/company/1/customer/1`, { ...open, headers });
  expect(denied.data).toMatch(/<Fault type="AUTHENTICATION"><Error code="3200">/);
});

test('500 requests a minute, then 429; 40 batches; bulk is free', async () => {
  const busy = await sandbox.connect('Busy');
  const statuses: number[] = [];
  for (let i = 0; i < 50; i += 1) {
    const batch = { BatchItemRequest: [{ bId: '1', Query: 'select count(*) from Customer' }] };
    statuses.push((await busy.api.post('/batch', batch)).status);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(40);
  for (let i = 0; i < 92; i += 1) {
    const five = await Promise.all(Array.from({ length: 5 }, () => busy.api.get('/customer/1')));
    statuses.push(...five.map((one) => one.status));
  }
  const over = await busy.api.get('/customer/1');
  expect([over.status, over.data.fault.error[0].code]).toEqual([429, '3001']);
  await advance(61_000);
  expect((await busy.api.get('/customer/1')).status).toBe(400);
  const many = await Promise.all(
    Array.from({ length: 40 }, () => busy.api.get('/query', { params: { query: 'select * from Invoice' } })),
  );
  expect(many.some((one) => one.status === 429)).toBe(true);
  await sandbox.admin.post('/clock', { reset: true });
}, 60_000);

test('injected faults: 500, 429, and a commit whose answer is lost', async () => {
  const api = (await sandbox.connect('Faulty')).api;
  const { data } = await api.post('/customer', { DisplayName: 'F' });
  await sandbox.admin.post('/faults', { kind: 'http500', times: 1 });
  const failed = await api.get('/customer/1');
  expect([failed.status, failed.data.Fault.Error[0].code, failed.data.Fault.type]).toEqual([
    500,
    '10000',
    'SystemFault',
  ]);
  await sandbox.admin.post('/faults', { kind: 'throttle' });
  expect((await api.get('/customer/1')).status).toBe(429);
  await sandbox.admin.post('/faults', { kind: 'timeout_after_commit' });
  const body = invoice(data.Customer.Id, 5);
  await expect(api.post('/invoice?requestid=once', body)).rejects.toThrow();
  const again = await api.post('/invoice?requestid=once', body);
  expect(again.data.Invoice.TotalAmt).toBe(5);
  expect(
    (await api.get('/query', { params: { query: 'select count(*) from Invoice' } })).data.QueryResponse.totalCount,
  ).toBe(1);
  await sandbox.admin.delete('/faults');
});

test('the admin API wants its token and survives a restart with everything', async () => {
  expect((await axios.get(`${sandbox.url}/admin/companies`, open)).status).toBe(401);
  await advance(HOUR_MS / 4);
  await sandbox.restart();
  const { data } = await sandbox.admin.get('/companies');
  expect(data.items.map((one: Json) => one.name)).toContain('Faulty');
  const { data: clock } = await sandbox.admin.get('/clock');
  expect(Date.parse(clock.now) - Date.now()).toBeGreaterThan(HOUR_MS / 5);
  await sandbox.admin.post('/clock', { reset: true });
  const wrong = await sandbox.admin.post('/clock', {});
  expect([wrong.status, wrong.data.code]).toEqual([400, 'request.invalid']);
});
