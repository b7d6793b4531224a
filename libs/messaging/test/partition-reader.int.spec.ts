import { jest } from '@jest/globals';
import { topicDefs } from '@cashloop/events';
import { createDataSource, connect, TransactionRunner } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { PartitionReader } from '../src/consumer/partition-reader.ts';
import { type DeadLetterRow, storedRecord } from '../src/consumer/stored-record.ts';
import type { HandlerContext, RawRecord } from '../src/index.ts';
import { batchOf, controlLog, record, records } from './fabricated-batches.ts';
import { migrations, orgEvent, quiet, recordSeen, until } from './notes-service.ts';

type Events = Parameters<typeof recordSeen>[0];

describe('PartitionReader', () => {
  let database: TestDatabase;
  let runner: TransactionRunner;
  let close: () => Promise<void>;
  let before: (events: Events, ctx: HandlerContext) => Promise<void>;
  let batches: number[];

  beforeAll(async () => {
    database = await testDatabase({ migrations });
    const dataSource = await connect(createDataSource({ url: database.url, migrations, lockTimeoutMs: 5_000 }), 5_000);
    runner = new TransactionRunner(dataSource);
    close = () => dataSource.destroy();
  });
  beforeEach(async () => {
    before = async () => undefined;
    batches = [];
    for (const table of ['seen', 'consumer_offset', 'dead_letter', 'outbox']) await query(`delete from ${table}`);
  });
  afterAll(async () => {
    await close();
    await database.close();
  });

  const query = <R>(sql: string, params: unknown[] = []): Promise<R[]> =>
    runner.run(['1', '2', '3'], (tx) => tx.query<R>(sql, params));
  const seen = async (): Promise<number[]> =>
    (await query<{ position: string; times: number }>('select position, times from seen order by position')).flatMap(
      (row) => Array.from({ length: row.times }, () => Number(row.position)),
    );
  const next = async (): Promise<string | undefined> =>
    (await query<{ next_offset: string }>('select next_offset from consumer_offset'))[0]?.next_offset;
  const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

  const reader = (kind: 'events' | 'raw' = 'events', eventsMax = 2_000): PartitionReader =>
    new PartitionReader(
      { runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => undefined },
      { projection: 'p', topic: 'cashloop.org.v1', partition: 0 },
      {
        name: 'test',
        subscription:
          kind === 'events'
            ? { kind, projection: 'p', topic: topicDefs.org }
            : { kind, projection: 'p', topics: ['cashloop.org.v1'] },
        call: async (...args) => {
          const [events, ctx] = args as [Events, HandlerContext];
          batches.push(events.length);
          await before(events, ctx);
          if (kind === 'events') await recordSeen(events, ctx);
          return [];
        },
      },
      eventsMax,
    );

  test('handles a batch once and moves the offset with it', async () => {
    const control = controlLog();
    await reader().take(batchOf(records(0, 5)), control);
    expect(await seen()).toEqual(range(0, 5));
    expect([await next(), control.log]).toEqual(['5', ['done 4']]);
  });

  test('filters each event by the stored offset, whatever the borders of the redelivered batch', async () => {
    const all = records(0, 10);
    await reader().take(batchOf(all.slice(0, 6)), controlLog());
    await reader().take(batchOf(all.slice(3, 10), 3n), controlLog());
    await reader().take(batchOf(all), controlLog());
    expect(await seen()).toEqual(range(0, 10));
    expect(batches).toEqual([6, 4]);
  });

  test('refuses a batch above the stored offset and seeks back; stops when the broker has nothing below', async () => {
    const one = reader();
    const all = records(0, 10);
    await one.take(batchOf(all.slice(0, 3)), controlLog());
    const control = controlLog();
    for (let i = 0; i < 4; i += 1) await one.take(batchOf(all.slice(6)), control);
    expect(control.log).toEqual(['seek 3', 'seek 3', 'seek 3', 'pause']);
    expect(one.stoppedReason).toContain('no longer has offset 3');
    expect(await seen()).toEqual(range(0, 3));
  });

  test('a hole between records is no gap when the fetch asked below it', async () => {
    const one = reader();
    const all = records(0, 10);
    await one.take(batchOf([...all.slice(0, 3), ...all.slice(5, 7)]), controlLog());
    await one.take(batchOf(all.slice(9), 7n), controlLog());
    expect(await seen()).toEqual([0, 1, 2, 5, 6, 9]);
  });

  test('looks for its last record first, and goes on when it is the same', async () => {
    const all = records(0, 10);
    await reader().take(batchOf(all), controlLog());
    const one = reader();
    const control = controlLog();
    await one.take(batchOf(all.slice(0, 4)), control);
    await one.take(batchOf([...all.slice(9), ...records(10, 2)]), control);
    expect(control.log).toEqual(['seek 9', 'done 11']);
    expect(await seen()).toEqual(range(0, 12));
  });

  test('a batch of an earlier fetch that comes before the one looked for stops nothing', async () => {
    const all = records(0, 10);
    await reader().take(batchOf(all), controlLog());
    const one = reader();
    const control = controlLog();
    for (let i = 0; i < 2; i += 1) await one.take(batchOf(all.slice(0, 4)), control);
    await one.take(batchOf([...all.slice(9), ...records(10, 2)]), control);
    expect(control.log).toEqual(['seek 9', 'seek 9', 'done 11']);
  });

  test('stops when its last record is another one, or gone; an operator releases it', async () => {
    await reader().take(batchOf(records(0, 3)), controlLog());
    const recreated = reader();
    const control = controlLog();
    await recreated.take(batchOf(records(0, 5)), control);
    expect(recreated.state).toBe('stopped');
    expect(recreated.stoppedReason).toContain('offset 2 holds another record');
    expect(await query('select stopped_reason is null as free from consumer_offset')).toEqual([{ free: false }]);

    const cut = reader();
    for (let i = 0; i < 4; i += 1) await cut.take(batchOf(records(3, 5), 3n), controlLog());
    expect(cut.stoppedReason).toContain('offset 2, is no longer on the broker');

    await query('update consumer_offset set next_offset = 0, last_id = null, stopped_reason = null');
    await recreated.review({ nextOffset: 0n, lastId: null, lastTime: null, stoppedReason: null }, 5n, recreated.next);
    expect(control.log).toEqual(['pause', 'seek 0', 'resume']);
    await recreated.take(batchOf(records(0, 5)), control);
    expect((await seen()).length).toBe(8);
  });

  test('a row that was read before the stop was written does not release it', async () => {
    await reader().take(batchOf(records(0, 3)), controlLog());
    const stale = { nextOffset: 3n, lastId: 'x', lastTime: null, stoppedReason: null };
    const recreated = reader();
    const stopping = recreated.take(batchOf(records(0, 5)), controlLog());
    const written = recreated.stopWritten;
    await stopping;
    await recreated.review(stale, 5n, 3n, written);
    expect(recreated.state).toBe('stopped');
  });

  test('a stop that is being written is not written again: an operator may clear it meanwhile', async () => {
    await reader().take(batchOf(records(0, 3)), controlLog());
    const one = reader();
    const writes = jest.spyOn(runner, 'run');
    const stopping = one.stop('told so');
    const seenBefore = { nextOffset: 3n, lastId: 'x', lastTime: null, stoppedReason: null };
    await one.review(seenBefore, 5n, 3n, one.stopWritten);
    await stopping;
    expect(writes).toHaveBeenCalledTimes(1);
    writes.mockRestore();
  });

  test('a stop decided before the operator moved the offset is not written over it', async () => {
    await reader().take(batchOf(records(0, 3)), controlLog());
    const one = reader();
    const control = controlLog();
    const cleared = { nextOffset: 0n, lastId: null, lastTime: null, stoppedReason: null };
    // This batch finds another record at offset 2; while it looks, the review stops, and the operator decides.
    const looking = one.take(batchOf(records(0, 5)), control);
    await one.review({ ...cleared, nextOffset: 3n, lastId: 'x' }, 1n, 3n);
    await query('update consumer_offset set next_offset = 0, last_id = null, stopped_reason = null');
    await one.review(cleared, 5n, one.next, true);
    await looking;
    expect(await query('select stopped_reason from consumer_offset')).toEqual([{ stopped_reason: null }]);
    expect([one.state, one.next]).toEqual(['fresh', 0n]);

    const other = reader();
    other.next = 7n; // it knows the row as it was before the operator moved it
    await other.stop('too late');
    expect(await query('select stopped_reason from consumer_offset')).toEqual([{ stopped_reason: null }]);
    await other.review(cleared, 5n, other.next, other.stopWritten);
    expect([other.state, other.next]).toEqual(['fresh', 0n]);
  });

  test('stops when the broker ends below what was read', async () => {
    const one = reader();
    await one.take(batchOf(records(0, 3)), controlLog());
    await one.review({ nextOffset: 3n, lastId: 'x', lastTime: null, stoppedReason: null }, 1n, 3n);
    expect(one.stoppedReason).toContain('ends at offset 1');
  });

  test('a bad event is set aside; all others go on, in a few transactions', async () => {
    before = async (events) => {
      if (events.some((event) => event.offset === 777n)) throw new Error('poison');
    };
    await reader().take(batchOf(records(0, 1_000)), controlLog());
    expect(await seen()).toEqual(range(0, 1_000).filter((offset) => offset !== 777));
    expect(batches.length).toBeLessThan(25);
    expect(await query('select record_offset, state, error_code, event_type, org_id from dead_letter')).toEqual([
      { record_offset: '777', state: 'retrying', error_code: 'Error', event_type: 'org_upserted', org_id: '1' },
    ]);
    expect(await next()).toBe('1000');
  });

  test('a failed statement inside the handler is a bad event too, not the end of the transaction for others', async () => {
    before = async (events, { tx }) => {
      if (events.some((event) => event.offset === 3n)) await tx.query('select 1 / 0');
    };
    await reader().take(batchOf(records(0, 8)), controlLog());
    expect(await seen()).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(await query('select error_code from dead_letter')).toEqual([{ error_code: '22012' }]);
  });

  test('what fails for all stops the partition instead of parking everything', async () => {
    const one = reader();
    before = async (_, { tx }) => void (await tx.query('select missing_column from seen'));
    const control = controlLog();
    await one.take(batchOf(records(0, 100)), control);
    expect(one.stoppedReason).toContain('21 events failed within a minute');
    expect(control.log.at(-1)).toBe('pause');
    expect(await query('select count(*)::int as n from dead_letter')).toEqual([{ n: 21 }]);
  });

  test('undecodable records are parked at once; a flood of them stops the partition', async () => {
    const broken = (offset: number): RawRecord =>
      record(BigInt(offset), orgEvent('1'), { value: Buffer.from('{"org_id": ') });
    await reader().take(batchOf([...records(0, 2), broken(2), ...records(3, 2)]), controlLog());
    expect(await seen()).toEqual([0, 1, 3, 4]);
    expect(await query('select record_offset, state, error_code from dead_letter')).toEqual([
      { record_offset: '2', state: 'parked', error_code: 'event.undecodable' },
    ]);
    const one = reader();
    one.state = 'running';
    await one.take(batchOf(range(5, 500).map(broken)), controlLog());
    expect(one.state).toBe('stopped');
    expect((await query('select 1 from dead_letter')).length).toBeLessThan(50);
  });

  test.each([
    ['a NUL in its id', { ce_id: Buffer.from('a\0b') }],
    ['a NUL in its type', { ce_type: Buffer.from('org_\0upserted') }],
    ['a NUL in its source', { ce_source: Buffer.from('\0') }],
    ['headers of null', { ce_id: null, org_id: null, ce_source: null }],
    ['a header of null beside the usual ones', { foreign: null }],
  ])('a record with %s stops nobody, the vault least of all', async (_, headers) => {
    const plain = record(1n);
    const strange = { ...plain, headers: { ...plain.headers, ...headers } };
    const odd = { ...strange, headerList: Object.entries(strange.headers) };
    const list = [...records(0, 1), odd, ...records(2, 2)];
    await reader().take(batchOf(list), controlLog());
    expect(await next()).toBe('4');
    await query('delete from consumer_offset');
    batches = [];
    await reader('raw').take(batchOf(list), controlLog());
    expect([await next(), batches]).toEqual(['4', [4]]);
  });

  test('a dead letter keeps headers of null', async () => {
    const odd = record(0n, orgEvent('1'), { value: Buffer.from('{"org_id": ') });
    const letter = { ...odd, headerList: [...odd.headerList, ['foreign', null] as const] };
    await reader().take(batchOf([letter]), controlLog());
    const [row] = await query<DeadLetterRow>('select * from dead_letter');
    expect(storedRecord(row!).headerList).toEqual(letter.headerList);
    expect(storedRecord(row!).headers.foreign).toBeNull();
  });

  test('an unknown type is skipped, an unknown schema version stops before it', async () => {
    const one = reader();
    const other = (offset: bigint, header: string, value: string): RawRecord => {
      const plain = record(offset);
      return { ...plain, headers: { ...plain.headers, [header]: Buffer.from(value) } };
    };
    const control = controlLog();
    const list = [
      ...records(0, 2),
      other(2n, 'ce_type', 'org_renamed'),
      ...records(3, 1),
      other(4n, 'ce_dataschema', 'urn:cashloop:v9'),
      ...records(5, 1),
    ];
    await one.take(batchOf(list), control);
    expect(await seen()).toEqual([0, 1, 3]);
    expect(one.stoppedReason).toContain('urn:cashloop:v9');
    expect(await next()).toBe('4');
  });

  test('a passing fault repeats the batch after a pause, without end and without doubles', async () => {
    const one = reader();
    let failures = 3;
    before = async () => {
      if (failures-- > 0) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    const control = controlLog();
    for (let i = 0; i < 4; i += 1) await one.take(batchOf(records(0, 1)), control);
    expect(control.log).toEqual(['pause a while', 'pause a while', 'pause a while', 'done 0']);
    expect(await seen()).toEqual([0]);
    expect(await query('select 1 from dead_letter')).toEqual([]);
  });

  test('a zombie that holds the offset row delays the new owner, and its own commit makes the other skip', async () => {
    const all = records(0, 4);
    let letGo: () => void = () => undefined;
    let holds: () => void = () => undefined;
    const holding = new Promise<void>((resolve) => (holds = resolve));
    const released = new Promise<void>((resolve) => (letGo = resolve));
    before = async () => {
      before = async () => undefined;
      holds();
      await released;
    };
    const zombie = reader().take(batchOf(all), controlLog());
    await holding;
    const owner = reader();
    const control = controlLog();
    const waiting = owner.take(batchOf(all), control);
    setTimeout(letGo, 100);
    await Promise.all([zombie, waiting]);
    expect(await seen()).toEqual(range(0, 4));
  });

  test('a zombie that sets an event aside does not move the offset back', async () => {
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    const all = records(0, 6);
    let owner: Promise<void> = Promise.resolve();
    before = async () => {
      before = async () => undefined;
      owner = reader().take(batchOf(all), controlLog()); // queues for the lock that the zombie holds
      await until(async () => (await query(waiting)).length > 0, 'the owner waits for the lock');
      throw new Error('late failure');
    };
    await reader().take(batchOf(all.slice(0, 1)), controlLog());
    await owner;
    expect(await next()).toBe('6');
    expect(await seen()).toEqual(range(0, 6));
    expect(await query('select 1 from dead_letter')).toEqual([]);
  });

  test('the vault never parks: its batch waits', async () => {
    before = async () => {
      throw new Error('disk on fire');
    };
    const control = controlLog();
    await reader('raw').take(batchOf(records(0, 3)), control);
    expect(control.log).toEqual(['pause a while']);
    expect(batches).toEqual([3]);
    expect(await query('select 1 from dead_letter')).toEqual([]);
  });

  test('large batches are cut', async () => {
    await reader('events', 100).take(batchOf(records(0, 250)), controlLog());
    expect(batches).toEqual([100, 100, 50]);
  });
});
