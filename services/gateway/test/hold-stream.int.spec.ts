import type { RunningService } from '@cashloop/service-shell';
import { call, harness, publishHolds, signIn, until, type Harness } from './gateway-harness.ts';
import { SseReader } from './sse-reader.ts';

let parts: Harness;
let one: RunningService;
let two: RunningService;
let token: string;

beforeAll(async () => {
  parts = await harness();
  one = await parts.boot();
  two = await parts.boot();
  token = await signIn(one.url);
}, 60_000);
afterAll(() => parts.close());

const held = (account: string, version: number) => ({ account, version, held: true });
const free = (account: string, version: number) => ({ account, version, held: false });
const readers: SseReader[] = [];
const open = async (service: RunningService, lastId?: string): Promise<SseReader> => {
  const reader = await SseReader.open(service.url, token, lastId);
  readers.push(reader);
  return reader;
};
afterEach(() => readers.splice(0).forEach((reader) => reader.close()));

test('a hold is seen by readers of both replicas, a release too', async () => {
  const [first, second] = [await open(one), await open(two)];
  await until(() => first.ready && second.ready);
  expect(first.events.map(({ event }) => event)).toEqual(['reset', 'ready']);
  await publishHolds(parts.broker, [held('101', 1)]);
  await until(() => first.holds().length === 1 && second.holds().length === 1);
  expect(first.events.find(({ event }) => event === 'hold')!.data).toMatchObject({
    account_id: 101,
    member_customer_ids: [101],
    state: 'held',
    severity: 'soft',
    currency: 'USD',
    exposure: '1200.00',
    limit_in_force: '1000.00',
    available: '-200.00',
    excess: '200.00',
    causes: [{ kind: 'over_limit', amount: '200.00', threshold: '1000.00' }],
  });
  await publishHolds(parts.broker, [free('101', 2)]);
  await until(() => [first, second].every((reader) => reader.holds().at(-1)?.state === 'free'));
}, 30_000);

test('a reader comes back with Last-Event-ID and misses nothing, on another replica', async () => {
  const before = await open(one);
  await until(() => before.ready);
  await publishHolds(parts.broker, [held('201', 1), held('202', 1)]);
  await until(() => before.holds().filter(({ account }) => account.startsWith('20')).length === 2);
  before.close();
  await publishHolds(parts.broker, [free('201', 2), held('203', 1), held('203', 2)]);
  await until(async () => {
    const probe = await open(two);
    await until(() => probe.ready);
    const accounts = probe.holds().map(({ account }) => account);
    probe.close();
    return accounts.includes('203') && !accounts.includes('201');
  });
  const after = await open(two, before.lastId);
  await until(() => after.ready);
  expect(after.events.some((event) => event.event === 'reset')).toBe(false);
  expect(after.holds().sort((a, b) => a.account.localeCompare(b.account))).toEqual([
    { account: '201', version: 2, state: 'free' },
    { account: '203', version: 2, state: 'held' },
  ]);
}, 30_000);

test('older after newer changes nothing', async () => {
  await publishHolds(parts.broker, [held('301', 5), free('301', 4), held('301', 5)]);
  await publishHolds(parts.broker, [free('301', 3)]);
  await publishHolds(parts.broker, [held('302', 1)]);
  const reader = await open(one);
  await until(() => reader.holds().some(({ account }) => account === '302'));
  expect(reader.holds().filter(({ account }) => account === '301')).toEqual([
    { account: '301', version: 5, state: 'held' },
  ]);
}, 30_000);

test('an id nobody gave starts anew', async () => {
  const reader = await open(one, 'deadbeef-7');
  await until(() => reader.ready);
  expect(reader.events[0]).toMatchObject({ event: 'reset' });
});

test('another org sees nothing of it', async () => {
  const { orgId } = { orgId: '2' };
  await publishHolds(parts.broker, [{ orgId, account: '901', version: 1, held: true }, held('902', 1)]);
  const reader = await open(one);
  await until(() => reader.holds().some(({ account }) => account === '902'));
  expect(reader.holds().some(({ account }) => account === '901')).toBe(false);
});

test('no token, no stream; a closing gateway ends its streams', async () => {
  expect((await call(one.url, '/credit/holds/stream')).status).toBe(401);
  const reader = await open(two);
  await until(() => reader.ready);
  const started = Date.now();
  await two.close();
  await until(() => reader.ended);
  expect(Date.now() - started).toBeLessThan(10_000);
}, 30_000);
