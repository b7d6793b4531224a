import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import type { RunningService } from '@cashloop/service-shell';
import { call, harness, signIn, until, type Harness } from './gateway-harness.ts';

jest.setTimeout(60_000);
let parts: Harness;

beforeAll(async () => {
  parts = await harness();
});
afterAll(() => parts.close());

const burst = async (service: RunningService, token: string, count: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < count; i += 1) statuses.push((await call(service.url, '/org', { token })).status);
  return statuses;
};
/** The last stretch of a minute: the sliding window would forget some of the burst when the minute turns. */
const awayFromMinuteTurn = () => until(() => Date.now() % 60_000 < 50_000, 15_000);

test('two replicas count together; another caller is not touched; 429 says how long to wait', async () => {
  await awayFromMinuteTurn();
  const extra = { GATEWAY_RATE_LIMIT_PER_MINUTE: '10', REDIS_KEY_PREFIX: `${parts.env.REDIS_KEY_PREFIX}a:` };
  const [one, two] = [await parts.boot(extra), await parts.boot(extra)];
  const token = await signIn(one.url);
  expect(await burst(one, token, 6)).toEqual(Array(6).fill(200));
  const rest = await burst(two, token, 6);
  expect(rest).toEqual([200, 200, 200, 200, 429, 429]);
  const refused = await call(one.url, '/org', { token });
  expect(refused.body).toMatchObject({ status: 429, code: 'rate.limited' });
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(70);
  expect((await call(one.url, '/org')).status).toBe(401);
  expect((await call(one.url, '/health')).status).toBe(200);
});

test('without Redis it counts by itself and stays ready', async () => {
  await awayFromMinuteTurn();
  const service = await parts.boot({ GATEWAY_RATE_LIMIT_PER_MINUTE: '5', REDIS_URL: '' });
  const token = await signIn(service.url);
  expect(await burst(service, token, 6)).toEqual([200, 200, 200, 200, 200, 429]);
  const health = await call(service.url, '/health');
  expect(health).toMatchObject({
    status: 200,
    body: { status: 'degraded', details: { redis: { status: 'degraded' } } },
  });
});

test('a Redis that goes away or hangs in the middle: requests still pass, limits still hold', async () => {
  await awayFromMinuteTurn();
  const redis = await interruptible(Number(new URL(parts.env.REDIS_URL!).port));
  const service = await parts.boot({
    GATEWAY_RATE_LIMIT_PER_MINUTE: '8',
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    REDIS_KEY_PREFIX: `${parts.env.REDIS_KEY_PREFIX}b:`,
  });
  const token = await signIn(service.url);
  expect(await burst(service, token, 3)).toEqual([200, 200, 200]);
  redis.hang();
  const started = Date.now();
  expect(await burst(service, token, 3)).toEqual([200, 200, 200]);
  expect(Date.now() - started).toBeLessThan(3_000);
  redis.cut();
  expect((await burst(service, token, 8)).slice(-2)).toEqual([429, 429]);
  expect((await call(service.url, '/health')).status).toBe(200);
  redis.mend();
  await until(async () => (await call(service.url, '/health')).body.details.redis.status === 'up');
  redis.close();
});

/** A way to Redis that can be blocked. */
async function interruptible(target: number) {
  const sockets = new Set<Socket>();
  let state: 'open' | 'hang' | 'cut' = 'open';
  const server: Server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => void (state === 'open' && upstream.write(data)));
    upstream.on('data', (data) => client.write(data));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const end = () => sockets.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    hang: () => void (state = 'hang'),
    cut: () => void ((state = 'cut'), end()),
    mend: () => void (state = 'open'),
    close: () => void (end(), server.close()),
  };
}
