import { Redis } from 'ioredis';
import { testRedis } from '@cashloop/testkit';
import { QuotaBucket } from './quota-bucket.ts';

const policy = { capacity: 5, windowMs: 60_000 };

test('two replicas share one bucket through Redis', async () => {
  const { url, keyPrefix } = testRedis();
  const redis = new Redis(url);
  await redis.ping();
  const replicas = [new QuotaBucket(policy, { redis, keyPrefix }), new QuotaBucket(policy, { redis, keyPrefix })];
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) waits.push(await replicas[i % 2]!.take('company'));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  expect(waits.at(-1)).toBeGreaterThan(1_000);
  redis.disconnect();
});

test('without Redis each process keeps its own count', async () => {
  const away = new Redis('redis://127.0.0.1:1', { lazyConnect: true });
  const bucket = new QuotaBucket(policy, { redis: away });
  const waits = await Promise.all(Array.from({ length: 7 }, () => bucket.take('company')));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  away.disconnect();
});
