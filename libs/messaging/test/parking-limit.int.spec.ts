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

  describe('once they stopped it', () => {
    const afterAMinute = (): Promise<unknown> =>
      stage.query(`update dead_letter set created_at = now() - interval '61 seconds'`);
    const all = records(0, 30);
    const restart = async (program: (offset: number) => boolean, held = all): Promise<PartitionReader> => {
      bad = program;
      await afterAMinute();
      const one = stage.reader();
      for (let round = 0; round < 3 && one.state !== 'stopped'; round += 1) await one.take(batchOf(held), controlLog());
      return one;
    };

    beforeEach(async () => {
      const one = stage.reader();
      await one.take(batchOf(all), controlLog());
      expect([one.state, await aside(), await stage.next()]).toEqual(['stopped', 21, '21']);
    });

    test('the same program sets no more aside, however often it starts, and says why', async () => {
      for (let start = 0; start < 3; start += 1) {
        const one = await restart(() => true);
        expect([one.state, await aside(), await stage.next()]).toEqual(['stopped', 21, '21']);
        expect(one.stoppedReason).toContain('21 events failed within a minute');
      }
    });

    test('a mended one goes on by itself, and again sets bad events aside', async () => {
      const one = await restart((offset) => offset === 25);
      expect([one.state, await aside(), await stage.next()]).toEqual(['running', 22, '30']);
    });

    test('an operator who clears it says that the events are bad', async () => {
      await stage.query('update consumer_offset set stopped_reason = null, stopped_at = null');
      const one = await restart((offset) => offset < 22);
      expect([one.state, await aside(), await stage.next()]).toEqual(['running', 22, '30']);
    });

    test('what needs no handler shows nothing: types it does not know do not count as got through', async () => {
      const unknown = all.slice(21, 25).map((one) => ({ ...one, headers: { ...one.headers, ce_type: 'org_framed' } }));
      const one = await restart(() => true, [...all.slice(0, 21), ...unknown, ...all.slice(25)]);
      expect([one.state, await aside(), await stage.next()]).toEqual(['stopped', 21, '25']);
    });

    test('undecodable ones are parked, but the partition stands still', async () => {
      const unreadable = all.slice(21).map((one) => ({ ...one, value: Buffer.from('no json') }));
      const one = await restart(() => false, [...all.slice(0, 21), ...unreadable]);
      expect([one.state, await stage.next()]).toEqual(['stopped', '30']);
    });
  });
});
