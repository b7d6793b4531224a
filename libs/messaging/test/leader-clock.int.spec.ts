import { jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { Leadership } from '../src/relay/leadership.ts';
import { MemoryCluster } from '../src/memory/index.ts';
import { topicsThere } from '../src/relay/topics.ts';
import { migrations, quiet, until } from './notes-service.ts';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;
/** Longer than Postgres leaves a silent leader its lock. */
const STOPPED_MS = 4_500;

describe('a wall clock that jumps', () => {
  const realNow = Date.now.bind(Date);
  let database: TestDatabase;
  let leaders: Leadership[];

  beforeAll(async () => void (database = await testDatabase({ migrations })));
  beforeEach(() => void (leaders = []));
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const leadership of leaders) await leadership.close();
  });
  afterAll(() => database.close());

  const candidate = (): Leadership => {
    const leadership = new Leadership({ url: database.url, service: 'notes', log: quiet, onWake: () => undefined });
    leaders.push(leadership);
    leadership.start();
    return leadership;
  };
  const jump = (ms: number): void => void jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ms);
  /** As SIGSTOP does: nothing of this process happens meanwhile. */
  const stand = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

  test.each([HOUR_MS, -HOUR_MS])('by %i ms deposes no leader', async (ms) => {
    const leadership = candidate();
    await until(() => leadership.client !== undefined, 'it leads');
    const { client } = leadership;
    jump(ms);
    expect(leadership.client === client).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // over some pings
    expect(leadership.client === client).toBe(true);
  });

  test('back while a leader was stopped makes it no leader when it wakes up', async () => {
    const leadership = candidate();
    await until(() => leadership.client !== undefined, 'it leads');
    stand(STOPPED_MS);
    jump(-HOUR_MS);
    expect(leadership.client === undefined).toBe(true);
    await until(() => leadership.client !== undefined, 'it leads again, on a new connection', 30_000);
  });

  test('forward ends no wait for a topic early', async () => {
    const cluster = new MemoryCluster();
    const waiting = topicsThere(cluster.client(), ['t'], 30_000);
    waiting.catch(() => undefined); // judged below
    jump(HOUR_MS);
    await new Promise((resolve) => setTimeout(resolve, 600)); // it looks again every quarter of a second
    cluster.log.create('t', 3);
    expect((await waiting).get('t')).toBe(3);
  });
});
