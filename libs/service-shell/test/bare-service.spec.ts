import { Body, Controller, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import { IsInt, IsString, ValidateNested, IsArray, MaxLength } from 'class-validator';
import { Type } from 'class-transformer';
import { exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import {
  bootService,
  Caller,
  EntityIdPipe,
  ListQuery,
  MoneyInput,
  ProblemError,
  Public,
  Roles,
  ServiceConfig,
  ServiceShellModule,
  type RunningService,
} from '../src/index.ts';

class Item {
  @IsString() name!: string;
}
class Order {
  @IsInt() count!: number;
  @IsString() @MaxLength(5) note!: string;
  @MoneyInput() amount!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Item) items!: Item[];
}

@Controller('orders')
class OrderController {
  @Post() @HttpCode(201) create(@Body() order: Order): Order {
    return order;
  }
  @Get() list(@Query() query: ListQuery): ListQuery {
    return query;
  }
  @Get('broken') broken(): never {
    throw new TypeError('cannot read secret_column of undefined');
  }
  @Get('coded') coded(): never {
    throw Object.assign(new Error('currency QQQ is not known'), { code: 'money.unknown_currency' });
  }
  @Get('away') away(): never {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
  }
  @Get('lost') lost(): never {
    throw new Error('Connection terminated unexpectedly');
  }
  @Get('mine') mine(@Caller() caller: Caller): Caller {
    return caller;
  }
  @Get('admin') @Roles('admin') admin(): string {
    return 'ok';
  }
  @Get('open') @Public() open(): string {
    return 'ok';
  }
  @Get(':id') one(@Param('id', EntityIdPipe) id: string): never {
    throw ProblemError.notFound('order.not_found', `there is no order ${id}`);
  }
}

@Module({
  imports: [ServiceShellModule.forRoot({ name: 'sample', config: ServiceConfig })],
  controllers: [OrderController],
})
class SampleModule {}

let service: RunningService;
let privatePem: string;

const token = async (claims: { roles?: string[]; exp?: string; aud?: string } = {}): Promise<string> =>
  new SignJWT({ org_id: '1', roles: claims.roles ?? ['analyst'], kind: 'user' })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject('7')
    .setIssuer('cashloop-gateway')
    .setAudience(claims.aud ?? 'cashloop')
    .setExpirationTime(claims.exp ?? '5m')
    .sign(await importPKCS8(privatePem, 'ES256'));

const call = async (
  path: string,
  init: RequestInit & { as?: string } = {},
  // Answers are as loose as JSON: the tests say what they expect of them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
): Promise<{ status: number; headers: Headers; body: any }> => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${init.as ?? (await token())}`);
  const answer = await fetch(service.url + path, { ...init, headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
};
const post = (body: string, type = 'application/json') =>
  call('/orders', { method: 'POST', body, headers: { 'content-type': type } });

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  privatePem = await exportPKCS8(pair.privateKey);
  const env = {
    PORT: '0',
    LOG_LEVEL: 'silent',
    GATEWAY_PUBLIC_KEY: (await exportSPKI(pair.publicKey)).replaceAll('\n', '\\n'),
  };
  service = await bootService({ name: 'sample', module: SampleModule, env, bodyLimitBytes: 2000 });
});
afterAll(() => service.close());

test('without a valid token: 401 as problem details', async () => {
  for (const as of ['', 'x.y.z', await token({ exp: '-1m' }), await token({ aud: 'other' })]) {
    const answer = await call('/orders/mine', { as });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
});

test('an unsigned token is refused', async () => {
  const [, payload] = (await token()).split('.');
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  expect((await call('/orders/mine', { as: `${header}.${payload}.` })).status).toBe(401);
});

test('the caller is known, roles are asked for, public routes are open', async () => {
  expect((await call('/orders/mine')).body).toMatchObject({
    orgId: '1',
    userId: '7',
    roles: ['analyst'],
    kind: 'user',
  });
  expect((await call('/orders/admin')).body).toMatchObject({ status: 403, code: 'auth.forbidden' });
  expect((await call('/orders/admin', { as: await token({ roles: ['admin'] }) })).status).toBe(200);
  expect((await call('/orders/open', { as: '' })).status).toBe(200);
});

test('every fault of a body is named', async () => {
  const answer = await post('{"count":"x","note":"too long","amount":-1,"items":[{"name":"a"},{"name":2}]}');
  expect(answer.body).toMatchObject({ status: 400, code: 'request.invalid' });
  expect(answer.body.errors.map((error: { field: string }) => error.field).sort()).toEqual([
    'amount',
    'count',
    'items.1.name',
    'note',
  ]);
});

test('a good body comes through, unknown fields are dropped', async () => {
  const answer = await post('{"count":1,"note":"ok","amount":12.5,"items":[],"__x":1}');
  expect(answer).toMatchObject({ status: 201, body: { count: 1, note: 'ok', amount: '12.5', items: [] } });
  expect(answer.body.__x).toBeUndefined();
});

test.each([
  ['malformed JSON', '{"count":', 'application/json', 400, 'request.malformed'],
  ['prototype poisoning', '{"__proto__":{"admin":true}}', 'application/json', 400, 'request.malformed'],
  ['another type', '<x/>', 'application/xml', 415, 'request.unsupported_media_type'],
  ['a large body', `"${'x'.repeat(3000)}"`, 'application/json', 413, 'request.too_large'],
  ['an empty body', '', 'application/json', 400, 'request.invalid'],
])('%s', async (_, body, type, status, code) => {
  expect((await post(body, type)).body).toMatchObject({ status, code });
});

test('unknown path 404, wrong method 405 with Allow', async () => {
  expect((await call('/nothing')).body).toMatchObject({ status: 404, code: 'route.not_found', instance: '/nothing' });
  const wrong = await call('/orders', { method: 'DELETE' });
  expect(wrong.body).toMatchObject({ status: 405, code: 'route.method_not_allowed' });
  expect(wrong.headers.get('allow')).toBe('GET, HEAD, POST');
});

test('nothing of the inside is told', async () => {
  const broken = await call('/orders/broken');
  expect(broken.body).toMatchObject({ status: 500, code: 'service.unexpected' });
  expect(JSON.stringify(broken.body)).not.toContain('secret_column');
  const away = await call('/orders/away');
  expect(away.body).toMatchObject({ status: 503, code: 'service.unavailable' });
  expect((away.body as { detail: string }).detail).toContain('nothing was done');
  expect(away.headers.get('retry-after')).toBe('2');
  expect(JSON.stringify(away.body)).not.toContain('10.0.0.7');
});

test('who asked is not told that nothing was done when nobody knows it', async () => {
  const lost = await call('/orders/lost');
  expect(lost.body).toMatchObject({ status: 503, code: 'service.unavailable' });
  expect((lost.body as { detail: string }).detail).toContain('it may have done what was asked');
});

test('errors with a code of ours keep it', async () => {
  expect((await call('/orders/coded')).body).toMatchObject({ status: 422, code: 'money.unknown_currency' });
  expect((await call('/orders/12')).body).toMatchObject({ status: 404, code: 'order.not_found' });
  expect((await call('/orders/0')).body).toMatchObject({ status: 400, errors: [{ field: 'id' }] });
});

test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'limit=', 'sort=a;b', 'limit=1&limit=2'])(
  'a list refuses ?%s',
  async (query) => {
    expect((await call(`/orders?${query}`)).body).toMatchObject({ status: 400, code: 'request.invalid' });
  },
);

test('a list takes 50 unless told', async () => {
  expect((await call('/orders')).body).toMatchObject({ limit: 50 });
});

test('health, metrics and OpenAPI want no token', async () => {
  const health = await fetch(`${service.url}/health`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({ status: 'degraded', details: { redis: { status: 'degraded' } } });
  expect(await (await fetch(`${service.url}/metrics`)).text()).toContain(
    'cashloop_http_request_duration_seconds_bucket',
  );
  const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(document.paths)).toContain('/orders/{id}');
});

test('a trace goes on', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const answer = await call('/orders/12', { headers: { traceparent } });
  expect(answer.body.trace_id).toBe('0af7651916cd43dd8448eb211c80319c');
});
