import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { TokenVerifier, type RunningService } from '@cashloop/service-shell';
import { tokenMaker } from '@cashloop/testkit';
import { call, harness, signIn, type Harness } from './gateway-harness.ts';
import { upstreamDouble, type UpstreamDouble } from './upstream-double.ts';

let parts: Harness;
let gateway: RunningService;
let crm: UpstreamDouble;
let quickbooks: UpstreamDouble;
let token: string;

beforeAll(async () => {
  [parts, crm, quickbooks] = [await harness(), await upstreamDouble(), await upstreamDouble()];
  gateway = await parts.boot({
    CRM_SYNC_URL: crm.url,
    QUICKBOOKS_SYNC_URL: quickbooks.url,
    GATEWAY_UPSTREAM_TIMEOUT_MS: '700',
  });
  token = await signIn(gateway.url);
}, 60_000);
afterAll(async () => {
  await Promise.all([crm.close(), quickbooks.close()]);
  await parts.close();
});
beforeEach(() => {
  crm.answer = (_, response) => void response.setHeader('content-type', 'application/json').end('{"ok":true}');
});

const last = (double: UpstreamDouble) => double.seen.at(-1)!;

/** Exactly these bytes, as no HTTP client would send them. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

test('a request goes on with its path, query, token and key; hop headers and lies stay out', async () => {
  const answer = await call(gateway.url, '/customers/7?name=a%20b&x=%2F', {
    token,
    headers: {
      'idempotency-key': 'k1',
      'x-forwarded-for': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      cookie: 'a=b',
      te: 'trailers',
    },
  });
  expect(answer).toMatchObject({ status: 200, body: { ok: true } });
  const { url, headers } = last(crm);
  expect(url).toBe('/customers/7?name=a%20b&x=%2F');
  expect(headers).toMatchObject({
    authorization: `Bearer ${token}`,
    'idempotency-key': 'k1',
    'x-forwarded-for': '127.0.0.1',
  });
  expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  for (const name of ['cookie', 'forwarded', 'te']) expect(headers[name]).toBeUndefined();
});

test('without a token nothing goes on', async () => {
  const before = crm.seen.length;
  expect((await call(gateway.url, '/customers')).body).toMatchObject({ status: 401, code: 'auth.token_required' });
  expect((await call(gateway.url, '/customers', { token: 'x.y.z' })).status).toBe(401);
  const stranger = await (await tokenMaker()).token();
  expect((await call(gateway.url, '/customers', { token: stranger })).status).toBe(401);
  expect(crm.seen).toHaveLength(before);
});

test('a token of the inside is no good outside, nor one of a user who is not there', async () => {
  const { SignJWT, importPKCS8 } = await import('jose');
  const sign = async (kind: string, sub: string) =>
    new SignJWT({ org_id: '1', roles: ['admin'], kind })
      .setProtectedHeader({ alg: 'ES256' })
      .setSubject(sub)
      .setIssuedAt()
      .setIssuer('cashloop-gateway')
      .setAudience('cashloop')
      .setExpirationTime('1m')
      .sign(await importPKCS8(parts.env.GATEWAY_PRIVATE_KEY!, 'ES256'));
  expect((await call(gateway.url, '/customers', { token: await sign('system', 'gateway') })).status).toBe(401);
  expect((await call(gateway.url, '/customers', { token: await sign('user', '4711') })).body.code).toBe(
    'auth.token_revoked',
  );
});

test('a webhook passes byte for byte, with a token of the gateway', async () => {
  const body = Buffer.from('[ { "specversion":"1.0",\n "x": 1.000, "\u00fc": "\\u00fc" } ]');
  const signature = createHmac('sha256', 'verifier').update(body).digest('base64');
  const answer = await fetch(`${gateway.url}/qbo/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents-batch+json',
      'intuit-signature': signature,
      authorization: 'Bearer stolen',
    },
    body,
  });
  expect(answer.status).toBe(200);
  const seen = last(quickbooks);
  expect(createHmac('sha256', 'verifier').update(seen.body).digest('base64')).toBe(signature);
  expect(seen.headers).toMatchObject({
    'intuit-signature': signature,
    'content-type': 'application/cloudevents-batch+json',
  });
  const caller = await new TokenVerifier(parts.env.GATEWAY_PUBLIC_KEY!).verify(seen.headers.authorization!.slice(7));
  expect(caller).toMatchObject({ kind: 'system', roles: ['system'], orgId: '0' });
});

test('the OAuth callback and its redirect pass untouched, other paths of the service do not', async () => {
  quickbooks.answer = (_, response) => void response.writeHead(302, { location: '/app?connected=1' }).end();
  const answer = await call(gateway.url, '/qbo/oauth/callback?code=c&state=s&realmId=1', { redirect: 'manual' });
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe('/app?connected=1');
  expect(last(quickbooks).url).toBe('/qbo/oauth/callback?code=c&state=s&realmId=1');
  expect((await call(gateway.url, '/qbo/oauth/start')).status).toBe(401);
  expect((await call(gateway.url, '/qbo/webhook')).status).toBe(401);
});

test.each([
  '/customers/../metrics',
  '/customers/%2e%2e/metrics',
  '/customers/..%2fmetrics',
  '/qbo/webhook/../../metrics',
])('%s does not leave the public part', async (path) => {
  const before = crm.seen.length + quickbooks.seen.length;
  const answer = await raw(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(crm.seen.length + quickbooks.seen.length).toBe(before);
});

test('errors of a service pass with their body, words about its inside do not', async () => {
  crm.answer = (_, response) =>
    void response
      .writeHead(409, { 'content-type': 'application/problem+json', server: 'inside/1', 'x-powered-by': 'x' })
      .end('{"code":"customer.taken"}');
  const answer = await call(gateway.url, '/customers', { token, json: { name: 'x' } });
  expect(answer).toMatchObject({ status: 409, body: { code: 'customer.taken' } });
  expect(answer.headers.get('server')).toBeNull();
  expect(answer.headers.get('x-powered-by')).toBeNull();
});

test('a service that is away: 503 with Retry-After; slow: 504; one that breaks off: 503', async () => {
  const away = await call(gateway.url, '/credit/clients/1', { token });
  expect(away.body).toMatchObject({ status: 503, code: 'gateway.service_away' });
  expect(away.headers.get('retry-after')).toBe('2');
  expect(JSON.stringify(away.body)).not.toContain('127.0.0.1');
  crm.answer = () => undefined;
  const slow = await call(gateway.url, '/customers', { token });
  expect(slow.body).toMatchObject({ status: 504, code: 'gateway.service_slow' });
  crm.answer = (_, response) => void response.destroy();
  const before = crm.seen.length;
  expect((await call(gateway.url, '/customers', { token, json: {} })).body).toMatchObject({
    status: 503,
    code: 'gateway.service_broke_off',
  });
  expect(crm.seen).toHaveLength(before + 1);
}, 20_000);

test('a 503 of a service is passed on, not repeated', async () => {
  crm.answer = (_, response) => void response.writeHead(503, { 'retry-after': '2' }).end();
  const before = crm.seen.length;
  expect((await call(gateway.url, '/customers', { token })).status).toBe(503);
  expect(crm.seen).toHaveLength(before + 1);
});

test('what is too large is refused', async () => {
  const answer = await fetch(`${gateway.url}/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: 'x'.repeat(5_000_000),
  }).catch(() => undefined);
  if (answer) expect(answer.status).toBe(413);
});

test('the page, its files and the documentation want no token and come with a strict policy', async () => {
  expect((await call(gateway.url, '/', { redirect: 'manual' })).headers.get('location')).toBe('/app');
  const page = await call(gateway.url, '/app');
  expect(page.body).toContain('<title>Credit holds');
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  const files = [...(page.body as string).matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map((match) => match[1]!);
  for (const file of [
    ...files,
    '/app/holds.js',
    '/app/money.js',
    '/app/stream.js',
    '/app/view.js',
    '/app/api.js',
    '/docs',
    '/docs/docs.js',
    '/docs/swagger-ui-bundle.js',
    '/docs/swagger-ui.css',
    '/app/settings.json',
  ]) {
    expect([file, (await call(gateway.url, file)).status]).toEqual([file, 200]);
  }
  expect(page.body).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style="/);
  expect((await call(gateway.url, '/app/../package.json')).status).toBe(404);
});

test('one OpenAPI document for all services; who is away is named', async () => {
  crm.answer = (seen, response) =>
    void response
      .setHeader('content-type', 'application/json')
      .end(
        seen.url === '/openapi.json'
          ? '{"paths":{"/customers":{"get":{}},"/metrics":{"get":{}}},"components":{"schemas":{}}}'
          : '{}',
      );
  const { body } = await call(gateway.url, '/openapi.json');
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/customers', '/auth/login', '/credit/holds/stream', '/org']),
  );
  expect(Object.keys(body.paths)).not.toContain('/metrics');
  expect(body['x-services-away']).toEqual(['quickbooks-sync', 'credit-scoring', 'compliance']);
});

test('unknown paths, wrong methods, malformed bodies', async () => {
  expect((await call(gateway.url, '/nothing', { token })).body.code).toBe('route.not_found');
  const wrong = await call(gateway.url, '/org', { token, method: 'DELETE' });
  expect(wrong.body.code).toBe('route.method_not_allowed');
  expect(wrong.headers.get('allow')).toContain('PATCH');
  const malformed = await fetch(`${gateway.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"email"',
  });
  expect([malformed.status, ((await malformed.json()) as { code: string }).code]).toEqual([400, 'request.malformed']);
});
