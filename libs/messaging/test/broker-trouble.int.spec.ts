import { topicDefs } from '@cashloop/events';
import { Effects, MessagingHealth } from '../src/index.ts';
import { pause } from '../src/pauses.ts';
import { orgEvent, ready, rows, stand, trouble, until } from './notes-service.ts';

describe('broker trouble', () => {
  afterEach(() => void (trouble.before = async () => undefined));

  test('a topic that was deleted and made again with more records stops the partition', async () => {
    const place = await stand();
    const first = await place.app();
    await ready(first);
    await first.get(Effects).commit(['1'], async () => [orgEvent('1', 1), orgEvent('1', 2)]);
    await until(async () => (await rows(first, 'select 1 from seen')).length === 2, 'events handled');
    await first.close();

    await place.broker.deleteTopic(topicDefs.org.name);
    const second = await place.app({ publishes: [topicDefs.org] });
    await second.get(Effects).commit(['1'], async () => [3, 4, 5, 6].map((version) => orgEvent('1', version)));
    const health = (): ReturnType<MessagingHealth['state']> => second.get(MessagingHealth).state();
    await until(() => health().stoppedPartitions.length === 1, 'the partition stopped');
    expect(health().stoppedPartitions[0]?.reason).toMatch(/another record|no longer on the broker|made again/);
    expect((await rows(second, 'select 1 from seen')).length).toBe(2);

    await rows(second, 'update consumer_offset set next_offset = 0, last_id = null, stopped_reason = null'); // ops -- offsets set --to start
    await until(async () => (await rows(second, 'select 1 from seen')).length === 6, 'read from the start');
    await place.close();
  }, 60_000);

  test('a handler slower than the session keeps its membership and its work', async () => {
    const place = await stand();
    const app = await place.app();
    await ready(app);
    let batches = 0;
    trouble.before = async (_, { tx }) => {
      batches += 1;
      await tx.query('select pg_sleep(8)');
    };
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await until(async () => (await rows(app, 'select 1 from seen')).length === 1, 'event handled');
    expect(batches).toBe(1);
    await place.close();
  }, 60_000);

  test('two members share the partitions, and all work is done once while members come and go', async () => {
    const place = await stand();
    const stays = await place.app();
    await ready(stays);
    const handled = async (): Promise<number> => (await rows(stays, 'select 1 from seen')).length;
    let fed = 0;
    let guests = 3;
    const feeding = (async () => {
      for (; guests > 0 && fed < 60_000; fed += 100) {
        const events = Array.from({ length: 100 }, (_, i) => orgEvent(String((i % 3) + 1), fed + i + 1));
        await stays.get(Effects).commit(['1'], async () => events);
        await pause(40);
      }
    })();
    for (; guests > 0; guests -= 1) {
      const guest = await place.app();
      await ready(guest);
      const before = await handled();
      await until(async () => (await handled()) > before, 'events handled during its stay');
      await guest.close();
    }
    await feeding;
    await until(async () => (await handled()) === fed, 'all handled', 30_000);
    expect(await rows(stays, 'select 1 from seen where times > 1')).toEqual([]);
    await place.close();
  }, 90_000);
});
