import { jest } from '@jest/globals';
import { metrics } from '../src/metrics.ts';
import { batchOf, controlLog, records } from './fabricated-batches.ts';
import { until } from './notes-service.ts';
import { range, ReaderStage } from './reader-stage.ts';

describe('PartitionReader', () => {
  const stage = new ReaderStage();

  test('handles a batch once and moves the offset with it', async () => {
    const control = controlLog();
    await stage.reader().take(batchOf(records(0, 5)), control);
    expect(await stage.seen()).toEqual(range(0, 5));
    expect([await stage.next(), control.log]).toEqual(['5', ['done 4']]);
  });

  test('filters each event by the stored offset, whatever the borders of the redelivered batch', async () => {
    const all = records(0, 10);
    await stage.reader().take(batchOf(all.slice(0, 6)), controlLog());
    await stage.reader().take(batchOf(all.slice(3, 10), 3n), controlLog());
    await stage.reader().take(batchOf(all), controlLog());
    expect(await stage.seen()).toEqual(range(0, 10));
    expect(stage.batches).toEqual([6, 4]);
  });

  test('refuses a batch above the stored offset and seeks back; stops when the broker has nothing below', async () => {
    const one = stage.reader();
    const all = records(0, 10);
    await one.take(batchOf(all.slice(0, 3)), controlLog());
    const control = controlLog();
    for (let i = 0; i < 4; i += 1) await one.take(batchOf(all.slice(6)), control);
    expect(control.log).toEqual(['seek 3', 'seek 3', 'seek 3', 'pause']);
    expect(one.stoppedReason).toContain('no longer has offset 3');
    expect(await stage.seen()).toEqual(range(0, 3));
  });

  test('what was refused before another member had the partition no longer counts', async () => {
    const one = stage.reader();
    const all = records(0, 10);
    await one.take(batchOf(all.slice(0, 3)), controlLog());
    for (let i = 0; i < 3; i += 1) await one.take(batchOf(all.slice(6)), controlLog());
    one.left();
    await one.take(batchOf(all.slice(0, 3)), controlLog());
    const control = controlLog();
    await one.take(batchOf(all.slice(6)), control);
    expect([one.state, control.log]).toEqual(['running', ['seek 3']]);
  });

  test('a hole between records is no gap when the fetch asked below it', async () => {
    const one = stage.reader();
    const all = records(0, 10);
    await one.take(batchOf([...all.slice(0, 3), ...all.slice(5, 7)]), controlLog());
    await one.take(batchOf(all.slice(9), 7n), controlLog());
    expect(await stage.seen()).toEqual([0, 1, 2, 5, 6, 9]);
  });

  test('looks for its last record first, and goes on when it is the same', async () => {
    const all = records(0, 10);
    await stage.reader().take(batchOf(all), controlLog());
    const one = stage.reader();
    const control = controlLog();
    await one.take(batchOf(all.slice(0, 4)), control);
    await one.take(batchOf([...all.slice(9), ...records(10, 2)]), control);
    expect(control.log).toEqual(['seek 9', 'done 11']);
    expect(await stage.seen()).toEqual(range(0, 12));
  });

  test('a batch of an earlier fetch that comes before the one looked for stops nothing', async () => {
    const all = records(0, 10);
    await stage.reader().take(batchOf(all), controlLog());
    const one = stage.reader();
    const control = controlLog();
    for (let i = 0; i < 2; i += 1) await one.take(batchOf(all.slice(0, 4)), control);
    await one.take(batchOf([...all.slice(9), ...records(10, 2)]), control);
    expect(control.log).toEqual(['seek 9', 'seek 9', 'done 11']);
  });

  test('stops when its last record is another one, or gone; an operator releases it', async () => {
    await stage.reader().take(batchOf(records(0, 3)), controlLog());
    const recreated = stage.reader();
    const control = controlLog();
    await recreated.take(batchOf(records(0, 5)), control);
    expect(recreated.state).toBe('stopped');
    expect(recreated.stoppedReason).toContain('offset 2 holds another record');
    expect(await stage.query('select stopped_reason is null as free from consumer_offset')).toEqual([{ free: false }]);

    const cut = stage.reader();
    for (let i = 0; i < 4; i += 1) await cut.take(batchOf(records(3, 5), 3n), controlLog());
    expect(cut.stoppedReason).toContain('offset 2, is no longer on the broker');

    await stage.query('update consumer_offset set next_offset = 0, last_id = null, stopped_reason = null');
    await recreated.review({ nextOffset: 0n, lastId: null, lastTime: null, stoppedReason: null }, 5n, recreated.next);
    expect(control.log).toEqual(['pause', 'seek 0', 'resume']);
    await recreated.take(batchOf(records(0, 5)), control);
    expect((await stage.seen()).length).toBe(8);
  });

  test('a topic made again under a running reader is noticed', async () => {
    const one = stage.reader();
    await one.take(batchOf(records(0, 3)), controlLog());
    await one.take(batchOf(records(0, 9)), controlLog()); // other records: the client began anew by itself
    expect(one.stoppedReason).toContain('offset 2 holds another record');
    expect(await stage.seen()).toEqual(range(0, 3));

    const other = stage.reader();
    const all = records(0, 5);
    await stage.query('delete from consumer_offset');
    await other.take(batchOf(all), controlLog());
    const row = { nextOffset: 5n, lastId: 'x', lastTime: null, stoppedReason: null };
    await other.review(row, 9n, 5n);
    await other.review(row, 7n, 5n); // ends only grow, unless it is another topic
    const control = controlLog();
    await other.take(batchOf(records(5, 2), 5n), control);
    await other.take(batchOf(records(4, 3), 4n), control);
    expect(control.log[0]).toBe('seek 4');
    expect(other.stoppedReason).toContain('offset 4 holds another record');
  });

  test('the same records once more stop nobody', async () => {
    const one = stage.reader();
    const all = records(0, 6);
    await one.take(batchOf(all.slice(0, 4)), controlLog());
    await one.take(batchOf(all.slice(2)), controlLog());
    expect(one.state).toBe('running');
    expect(await stage.seen()).toEqual(range(0, 6));
  });

  test('a row that was read before the stop was written does not release it', async () => {
    await stage.reader().take(batchOf(records(0, 3)), controlLog());
    const stale = { nextOffset: 3n, lastId: 'x', lastTime: null, stoppedReason: null };
    const recreated = stage.reader();
    const stopping = recreated.take(batchOf(records(0, 5)), controlLog());
    const written = recreated.stopWritten;
    await stopping;
    await recreated.review(stale, 5n, 3n, written);
    expect(recreated.state).toBe('stopped');
  });

  test('a stop that is being written is not written again: an operator may clear it meanwhile', async () => {
    await stage.reader().take(batchOf(records(0, 3)), controlLog());
    const one = stage.reader();
    const writes = jest.spyOn(stage.runner, 'run');
    const stopping = one.stop('told so');
    const seenBefore = { nextOffset: 3n, lastId: 'x', lastTime: null, stoppedReason: null };
    await one.review(seenBefore, 5n, 3n, one.stopWritten);
    await stopping;
    expect(writes).toHaveBeenCalledTimes(1);
    writes.mockRestore();
  });

  test('a stop decided before the operator moved the offset is not written over it', async () => {
    await stage.reader().take(batchOf(records(0, 3)), controlLog());
    const one = stage.reader();
    const control = controlLog();
    const cleared = { nextOffset: 0n, lastId: null, lastTime: null, stoppedReason: null };
    // This batch finds another record at offset 2; while it looks, the review stops, and the operator decides.
    const looking = one.take(batchOf(records(0, 5)), control);
    await one.review({ ...cleared, nextOffset: 3n, lastId: 'x' }, 1n, 3n);
    await stage.query('update consumer_offset set next_offset = 0, last_id = null, stopped_reason = null');
    await one.review(cleared, 5n, one.next, true);
    await looking;
    expect(await stage.query('select stopped_reason from consumer_offset')).toEqual([{ stopped_reason: null }]);
    expect([one.state, one.next]).toEqual(['fresh', 0n]);

    const other = stage.reader();
    other.next = 7n; // it knows the row as it was before the operator moved it
    await other.stop('too late');
    expect(await stage.query('select stopped_reason from consumer_offset')).toEqual([{ stopped_reason: null }]);
    await other.review(cleared, 5n, other.next, other.stopWritten);
    expect([other.state, other.next]).toEqual(['fresh', 0n]);
  });

  test('stops when the broker ends below what was read', async () => {
    const one = stage.reader();
    await one.take(batchOf(records(0, 3)), controlLog());
    await one.review({ nextOffset: 3n, lastId: 'x', lastTime: null, stoppedReason: null }, 1n, 3n);
    expect(one.stoppedReason).toContain('ends at offset 1');
  });

  test('a bad event is set aside; all others go on, in a few transactions', async () => {
    stage.before = async (events) => {
      if (events.some((event) => event.offset === 777n)) throw new Error('poison');
    };
    await stage.reader().take(batchOf(records(0, 1_000)), controlLog());
    expect(await stage.seen()).toEqual(range(0, 1_000).filter((offset) => offset !== 777));
    expect(stage.batches.length).toBeLessThan(25);
    expect(await stage.query('select record_offset, state, error_code, event_type, org_id from dead_letter')).toEqual([
      { record_offset: '777', state: 'retrying', error_code: 'Error', event_type: 'org_upserted', org_id: '1' },
    ]);
    expect(await stage.next()).toBe('1000');
  });

  test('a failed statement inside the handler is a bad event too, not the end of the transaction for others', async () => {
    stage.before = async (events, { tx }) => {
      if (events.some((event) => event.offset === 3n)) await tx.query('select 1 / 0');
    };
    await stage.reader().take(batchOf(records(0, 8)), controlLog());
    expect(await stage.seen()).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(await stage.query('select error_code from dead_letter')).toEqual([{ error_code: '22012' }]);
  });

  test('what fails for all stops the partition instead of parking everything', async () => {
    const one = stage.reader();
    stage.before = async (_, { tx }) => void (await tx.query('select missing_column from seen'));
    const control = controlLog();
    await one.take(batchOf(records(0, 100)), control);
    expect(one.stoppedReason).toContain('21 events failed within a minute');
    expect(control.log.at(-1)).toBe('pause');
    expect(await stage.query('select count(*)::int as n from dead_letter')).toEqual([{ n: 21 }]);
  });

  test('a passing fault repeats the batch after a pause, without end and without doubles', async () => {
    const one = stage.reader();
    let failures = 3;
    stage.before = async () => {
      if (failures-- > 0) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    const control = controlLog();
    const failing = async (): Promise<number> => (await metrics.failingSince.get()).values.length;
    for (let i = 0; i < 4; i += 1) {
      expect(await failing()).toBe(i === 0 ? 0 : 1);
      await one.take(batchOf(records(0, 1)), control);
    }
    expect(await failing()).toBe(0);
    expect(control.log).toEqual(['pause a while', 'pause a while', 'pause a while', 'done 0']);
    expect(await stage.seen()).toEqual([0]);
    expect(await stage.query('select 1 from dead_letter')).toEqual([]);
  });

  test('failing is told until it recovers, across assignments, and not once it is stopped', async () => {
    const one = stage.reader();
    stage.before = async () => {
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    const since = async (): Promise<number[]> => (await metrics.failingSince.get()).values.map(({ value }) => value);
    await one.take(batchOf(records(0, 1)), controlLog());
    const [first] = await since();
    metrics.failingSince.remove({ ...one.place }); // as every new assignment does
    one.reset();
    await one.take(batchOf(records(0, 1)), controlLog());
    expect(await since()).toEqual([first]);
    await one.stop('told so');
    expect(await since()).toEqual([]);
  });

  test('a topic made again and still shorter than what was read is given up after a few looks', async () => {
    const one = stage.reader();
    await one.take(batchOf(records(0, 9)), controlLog());
    const control = controlLog();
    for (let i = 0; i < 4; i += 1) await one.take(batchOf(records(0, 2)), control);
    expect(control.log).toEqual(['seek 8', 'seek 8', 'seek 8', 'pause']);
    expect(one.stoppedReason).toContain('offset 8, is no longer on the broker');
  });

  test('a zombie that holds the offset row delays the new owner, and its own commit makes the other skip', async () => {
    const all = records(0, 4);
    let letGo: () => void = () => undefined;
    let holds: () => void = () => undefined;
    const holding = new Promise<void>((resolve) => (holds = resolve));
    const released = new Promise<void>((resolve) => (letGo = resolve));
    stage.before = async () => {
      stage.before = async () => undefined;
      holds();
      await released;
    };
    const zombie = stage.reader().take(batchOf(all), controlLog());
    await holding;
    const owner = stage.reader();
    const control = controlLog();
    const waiting = owner.take(batchOf(all), control);
    setTimeout(letGo, 100);
    await Promise.all([zombie, waiting]);
    expect(await stage.seen()).toEqual(range(0, 4));
  });

  test('a zombie that sets an event aside does not move the offset back', async () => {
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    const all = records(0, 6);
    let owner: Promise<void> = Promise.resolve();
    stage.before = async () => {
      stage.before = async () => undefined;
      owner = stage.reader().take(batchOf(all), controlLog()); // queues for the lock that the zombie holds
      await until(async () => (await stage.query(waiting)).length > 0, 'the owner waits for the lock');
      throw new Error('late failure');
    };
    await stage.reader().take(batchOf(all.slice(0, 1)), controlLog());
    await owner;
    expect(await stage.next()).toBe('6');
    // Which of the two is first once the lock is free, nobody can say.
    const aside = await stage.query<{ record_offset: string }>('select record_offset from dead_letter');
    expect([...aside.map((row) => Number(row.record_offset)), ...(await stage.seen())]).toEqual(range(0, 6));
  });

  test('the vault never parks: its batch waits', async () => {
    stage.before = async () => {
      throw new Error('disk on fire');
    };
    const control = controlLog();
    await stage.reader('raw').take(batchOf(records(0, 3)), control);
    expect(control.log).toEqual(['pause a while']);
    expect(stage.batches).toEqual([3]);
    expect(await stage.query('select 1 from dead_letter')).toEqual([]);
  });

  test('large batches are cut', async () => {
    await stage.reader('events', 100).take(batchOf(records(0, 250)), controlLog());
    expect(stage.batches).toEqual([100, 100, 50]);
  });
});
