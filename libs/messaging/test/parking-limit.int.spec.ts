import type { PartitionReader } from '../src/consumer/partition-reader.ts';
import { batchOf, controlLog, records } from './fabricated-batches.ts';
import { range, ReaderStage } from './reader-stage.ts';

describe('events that fail, twenty a minute', () => {
  const stage = new ReaderStage();
  let bad: (offset: number) => boolean;

  beforeEach(() => {
    bad = () => true;
    stage.before = async (events) => {
      if (events.some((event) => bad(Number(event.offset)))) throw new Error('poison');
    };
  });

  const take = (one: PartitionReader, from: number, count: number): Promise<void> =>
    one.take(batchOf(records(from, count)), controlLog());
  const aside = async (): Promise<number> => (await stage.query('select 1 from dead_letter')).length;

  test('are bad events: the partition goes on; with one more it is a broken program, and the partition stops', async () => {
    const one = stage.reader();
    bad = (offset) => offset < 20;
    await take(one, 0, 25);
    expect([one.state, await aside(), await stage.seen()]).toEqual(['running', 20, range(20, 5)]);
    bad = () => true;
    await take(one, 25, 5);
    expect([one.state, await aside(), await stage.next()]).toEqual(['stopped', 21, '26']);
    expect(one.stoppedReason).toBe(
      '21 events failed within a minute: this looks like a broken program, not bad events',
    );
  });

  test('only those of the last minute count, and only those of the partition', async () => {
    const one = stage.reader();
    await take(one, 0, 20);
    await stage.query(`update dead_letter set created_at = now() - interval '61 seconds'`);
    await take(one, 20, 15);
    await stage.query(
      `insert into dead_letter (projection, topic, partition, record_offset, headers, record_time, state, error_code, error)
       select projection, topic, 1, record_offset, headers, record_time, state, error_code, error from dead_letter
       where created_at > now() - interval '1 minute'`,
    );
    await take(one, 35, 5);
    expect([one.state, await stage.next()]).toEqual(['running', '40']);
  });
});
