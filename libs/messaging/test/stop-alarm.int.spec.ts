import { metrics } from '../src/metrics.ts';
import { batchOf, controlLog, record, records } from './fabricated-batches.ts';
import { ReaderStage } from './reader-stage.ts';

describe('a partition whose last record is another one', () => {
  const stage = new ReaderStage();

  const alarm = async (): Promise<number | undefined> =>
    (await metrics.partitionStopped.get()).values.find(({ labels }) => labels.projection === 'p')?.value;

  test('stops with an alarm, also where only its time differs: the same event in a topic that was made again', async () => {
    const all = records(0, 3);
    await stage.reader().take(batchOf(all), controlLog());
    expect(await alarm()).toBe(0);
    const later = record(2n, undefined, { ...all[2], timestamp: (all[2]?.timestamp ?? 0) + 1 });
    const one = stage.reader();
    await one.take(batchOf([...all.slice(0, 2), later, ...records(3, 2)]), controlLog());
    expect(one.stoppedReason).toContain('offset 2 holds another record');
    expect([await alarm(), await stage.next()]).toEqual([1, '3']);

    await stage.query('update consumer_offset set last_id = null, last_time = null, stopped_reason = null');
    await one.review({ nextOffset: 3n, lastId: null, lastTime: null, stoppedReason: null }, 5n, one.next);
    expect(await alarm()).toBe(0);
    await one.take(batchOf(records(3, 2)), controlLog());
    expect([one.state, await stage.next()]).toEqual(['running', '5']);
  });

  test('the alarm goes on when the partition comes back to the same process', async () => {
    const one = stage.reader();
    await one.stop('for a test');
    metrics.partitionStopped.remove({ ...one.place }); // the assignment before ended
    one.reset();
    expect(await alarm()).toBe(1);
  });
});
