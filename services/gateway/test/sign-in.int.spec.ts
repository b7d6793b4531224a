import type { RunningService } from '@cashloop/service-shell';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import pg from 'pg';
import { ADMIN, call, harness, signIn, until, type Harness } from './gateway-harness.ts';

let parts: Harness;
let gateway: RunningService;
let admin: string;

beforeAll(async () => {
  parts = await harness();
  gateway = await parts.boot();
  admin = await signIn(gateway.url);
}, 60_000);
afterAll(() => parts.close());

const post = (path: string, json: unknown, token?: string, headers?: Record<string, string>) =>
  call(gateway.url, path, { json, token, headers });
const patch = (path: string, json: unknown, token = admin) => call(gateway.url, path, { method: 'PATCH', json, token });

test('the first admin signs in; the token can be checked with the published key', async () => {
  const { status, body, headers } = await post('/auth/login', {
    email: ` ${ADMIN.email.toUpperCase()} `.trim(),
    password: ADMIN.password,
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 28_800 });
  expect(headers.get('cache-control')).toBe('no-store');
  const { body: jwks } = await call(gateway.url, '/.well-known/jwks.json');
  const key = jwks.keys.find((jwk: { kid: string }) => jwk.kid === decodeProtectedHeader(body.access_token).kid);
  expect(key.d).toBeUndefined();
  const { payload } = await jwtVerify(body.access_token, await importJWK(key, 'ES256'), {
    issuer: 'cashloop-gateway',
    audience: 'cashloop',
  });
  expect(payload).toMatchObject({ org_id: '1', roles: ['admin'], kind: 'user' });
});

test('a wrong password and an unknown name get the same answer', async () => {
  const wrong = await post('/auth/login', { email: ADMIN.email, password: 'x' });
  const unknown = await post('/auth/login', { email: 'nobody@cashloop.local', password: 'x' });
  for (const answer of [wrong, unknown])
    expect(answer.body).toMatchObject({ status: 401, code: 'auth.invalid_credentials' });
  expect(wrong.body.detail).toBe(unknown.body.detail);
  expect((await post('/auth/login', { email: ADMIN.email })).body).toMatchObject({
    status: 400,
    errors: [{ field: 'password' }, { field: 'password' }, { field: 'password' }],
  });
});

test('guessing is slowed down, others still get in', async () => {
  const guess = () => post('/auth/login', { email: 'victim@cashloop.local', password: 'guess' });
  const statuses = [];
  for (let i = 0; i < 6; i += 1) statuses.push((await guess()).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  const refused = await guess();
  expect(refused.body.code).toBe('auth.too_many_attempts');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  expect((await post('/auth/login', ADMIN)).status).toBe(200);
});

test('who am I', async () => {
  expect((await call(gateway.url, '/auth/me', { token: admin })).body).toMatchObject({
    kind: 'user',
    org_id: 1,
    email: ADMIN.email,
    roles: ['admin'],
  });
  expect((await call(gateway.url, '/auth/me')).status).toBe(401);
});

test('an admin makes a user, who may do what the role says until disabled', async () => {
  const user = { email: 'ann@cashloop.local', name: 'Ann', roles: ['analyst'], password: 'another long one' };
  const made = await post('/users', user, admin, { 'idempotency-key': 'make-ann' });
  expect(made).toMatchObject({ status: 201, body: { email: user.email, roles: ['analyst'], active: true } });
  expect(JSON.stringify(made.body)).not.toContain('password');
  const again = await post('/users', user, admin, { 'idempotency-key': 'make-ann' });
  expect(again.body).toEqual(made.body);
  expect(
    (await post('/users', { ...user, name: 'Anne' }, admin, { 'idempotency-key': 'make-ann' })).body,
  ).toMatchObject({ status: 422, code: 'idempotency.key_reused' });
  expect((await post('/users', user, admin)).body).toMatchObject({ status: 409, code: 'user.email_taken' });

  const ann = await signIn(gateway.url, user);
  expect((await call(gateway.url, '/org', { token: ann })).status).toBe(200);
  expect((await call(gateway.url, '/users', { token: ann })).body).toMatchObject({
    status: 403,
    code: 'auth.forbidden',
  });
  expect((await patch('/org', { name: 'x' }, ann)).status).toBe(403);

  expect((await patch(`/users/${made.body.id}`, { active: false })).body).toMatchObject({ active: false });
  expect((await call(gateway.url, '/org', { token: ann })).body).toMatchObject({
    status: 401,
    code: 'auth.token_revoked',
  });
  expect((await post('/auth/login', user)).status).toBe(401);
  const list = await call(gateway.url, '/users?limit=1&sort=-name', { token: admin });
  expect(list.body.items.map((item: { name: string }) => item.name)).toEqual(['Ann']);
  const next = await call(gateway.url, `/users?limit=1&sort=-name&cursor=${list.body.next_cursor}`, { token: admin });
  expect(next.body).toMatchObject({ items: [{ name: 'Administrator' }], next_cursor: null });
});

test('faults of a new user are all named; system is no role to give', async () => {
  const { body } = await post('/users', { email: 'x', name: '', roles: ['system'], password: 'short' }, admin);
  expect(new Set(body.errors.map((error: { field: string }) => error.field))).toEqual(
    new Set(['email', 'name', 'roles', 'password']),
  );
});

test('the only admin stays', async () => {
  const { body: me } = await call(gateway.url, '/auth/me', { token: admin });
  expect((await patch(`/users/${me.id}`, { active: false })).body).toMatchObject({
    status: 409,
    code: 'user.last_admin',
  });
  expect((await patch(`/users/${me.id}`, { roles: ['analyst'] })).status).toBe(409);
  expect((await patch('/users/999999', { name: 'x' })).body).toMatchObject({ status: 404, code: 'user.not_found' });
  expect((await patch(`/users/${me.id}`, { roles: null })).status).toBe(400);
});

test('a program signs in with client credentials, in the body or by Basic', async () => {
  const { status, body: client } = await post('/api-clients', { name: 'ERP', roles: ['order_desk'] }, admin);
  expect(status).toBe(201);
  const grant = { grant_type: 'client_credentials', client_id: client.client_id, client_secret: client.client_secret };
  const token = (await post('/auth/token', grant)).body.access_token;
  expect((await call(gateway.url, '/auth/me', { token })).body).toMatchObject({
    kind: 'client',
    roles: ['order_desk'],
    email: null,
  });
  const basic = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64');
  const form = await fetch(`${gateway.url}/auth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  expect(form.status).toBe(200);
  expect((await post('/auth/token', { ...grant, client_secret: 'x' })).status).toBe(401);
  expect((await post('/auth/token', { ...grant, grant_type: 'password' })).status).toBe(400);
  const list = await call(gateway.url, '/api-clients', { token: admin });
  expect(JSON.stringify(list.body)).not.toContain(client.client_secret);
  expect((await patch(`/api-clients/${client.id}`, { active: false })).status).toBe(200);
  expect((await call(gateway.url, '/auth/me', { token })).status).toBe(401);
});

test('a changed password ends the old tokens', async () => {
  const user = { email: 'bob@cashloop.local', name: 'Bob', roles: ['manager'], password: 'first password' };
  await post('/users', user, admin);
  const token = await signIn(gateway.url, user);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const change = (current: string) =>
    post('/auth/password', { current_password: current, new_password: 'second password' }, token);
  expect((await change('wrong')).status).toBe(401);
  expect((await change(user.password)).status).toBe(204);
  expect((await call(gateway.url, '/auth/me', { token })).status).toBe(401);
  expect(await signIn(gateway.url, { ...user, password: 'second password' })).toBeTruthy();
});

test('the org goes out as an event once per change, with the next version', async () => {
  expect((await call(gateway.url, '/org', { token: admin })).body).toEqual({
    id: 1,
    version: 1,
    name: 'Local',
    time_zone: 'America/New_York',
    base_currency: 'USD',
    calendar: '',
  });
  expect((await patch('/org', { time_zone: 'Mars/Base', base_currency: 'QQQ' })).body.errors).toHaveLength(2);
  expect((await patch('/org', { name: 'Acme', time_zone: 'Europe/Berlin' })).body).toMatchObject({
    version: 2,
    name: 'Acme',
  });
  expect((await patch('/org', { name: 'Acme' })).body).toMatchObject({ version: 2 });
  const kafkajs = (await import('kafkajs')).default;
  const kafka = new kafkajs.Kafka({ clientId: 't', brokers: parts.broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `${parts.broker.topicPrefix}orgs` });
  const seen: { version: number; name: string }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: `${parts.broker.topicPrefix}cashloop.org.v1`, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void seen.push(JSON.parse(message.value!.toString())) });
  await until(() => seen.length >= 2);
  await consumer.disconnect();
  expect(seen.map(({ version, name }) => [version, name])).toEqual([
    [1, 'Local'],
    [2, 'Acme'],
  ]);
}, 30_000);

test('no password and no secret is stored as it is', async () => {
  const database = new pg.Client({ connectionString: parts.database.adminUrl });
  await database.connect();
  const { rows } = await database.query<{ secret_hash: string }>('select secret_hash from login');
  expect(rows.every((row) => row.secret_hash.startsWith('scrypt$32768$8$'))).toBe(true);
  const inbox = await database.query('select * from inbox');
  expect(JSON.stringify(inbox.rows)).not.toContain('another long one');
  await database.end();
});
