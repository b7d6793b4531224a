import { type DeadLetterRow, storedRecord } from '../src/consumer/stored-record.ts';
import type { RawRecord } from '../src/index.ts';
import { batchOf, controlLog, record, records } from './fabricated-batches.ts';
import { orgEvent } from './notes-service.ts';
import { range, ReaderStage } from './reader-stage.ts';

describe('records that are not as they should be', () => {
  const stage = new ReaderStage();

  test('undecodable records are parked at once; a flood of them stops the partition', async () => {
    const broken = (offset: number): RawRecord =>
      record(BigInt(offset), orgEvent('1'), { value: Buffer.from('{"org_id": ') });
    await stage.reader().take(batchOf([...records(0, 2), broken(2), ...records(3, 2)]), controlLog());
    expect(await stage.seen()).toEqual([0, 1, 3, 4]);
    expect(await stage.query('select record_offset, state, error_code from dead_letter')).toEqual([
      { record_offset: '2', state: 'parked', error_code: 'event.undecodable' },
    ]);
    const one = stage.reader();
    one.state = 'running';
    await one.take(batchOf(range(5, 500).map(broken)), controlLog());
    expect(one.state).toBe('stopped');
    expect((await stage.query('select 1 from dead_letter')).length).toBeLessThan(50);
  });

  test.each([
    ['a NUL in its id', { ce_id: Buffer.from('a\0b') }],
    ['a NUL in its type', { ce_type: Buffer.from('org_\0upserted') }],
    ['a NUL in its source', { ce_source: Buffer.from('\0') }],
    ['a type named like something every object has', { ce_type: Buffer.from('constructor') }],
    ['headers of null', { ce_id: null, org_id: null, ce_source: null }],
    ['a header of null beside the usual ones', { foreign: null }],
  ])('a record with %s stops nobody, the vault least of all', async (_, headers) => {
    const plain = record(1n);
    const strange = { ...plain, headers: { ...plain.headers, ...headers } };
    const odd = { ...strange, headerList: Object.entries(strange.headers) };
    const list = [...records(0, 1), odd, ...records(2, 2)];
    await stage.reader().take(batchOf(list), controlLog());
    expect(await stage.next()).toBe('4');
    await stage.query('delete from consumer_offset');
    stage.batches = [];
    await stage.reader('raw').take(batchOf(list), controlLog());
    expect([await stage.next(), stage.batches]).toEqual(['4', [4]]);
  });

  test('a stop whose reason holds a NUL is written, so that an operator can clear it', async () => {
    const plain = record(0n);
    const strange = { ...plain, headers: { ...plain.headers, ce_dataschema: Buffer.from('urn:\0') } };
    const one = stage.reader();
    await one.take(batchOf([strange]), controlLog());
    expect([one.state, one.stopWritten]).toEqual(['stopped', true]);
    expect(await stage.query('select stopped_reason is null as free from consumer_offset')).toEqual([{ free: false }]);
  });

  test('a dead letter that was closed opens again when its event fails again, and when another record has its offset', async () => {
    stage.before = async () => {
      throw new Error('poison');
    };
    const states = (): Promise<unknown[]> => stage.query('select state, attempts, event_id from dead_letter');
    const first = record(0n);
    const idOf = ({ headers }: RawRecord): string => String(headers.ce_id);
    await stage.reader().take(batchOf([first]), controlLog());
    await stage.query(`update dead_letter set state = 'parked', attempts = 3`);
    await stage.query('delete from consumer_offset');
    await stage.reader().take(batchOf([first]), controlLog());
    expect(await states()).toEqual([{ state: 'parked', attempts: 3, event_id: idOf(first) }]);
    await stage.query(`update dead_letter set state = 'discarded'`);
    await stage.query('delete from consumer_offset');
    await stage.reader().take(batchOf([first]), controlLog());
    expect(await states()).toEqual([{ state: 'retrying', attempts: 0, event_id: idOf(first) }]);
    const second = record(0n, orgEvent('1', 2), { timestamp: 1 });
    await stage.query('delete from consumer_offset');
    await stage.reader().take(batchOf([second]), controlLog());
    expect(await states()).toEqual([{ state: 'retrying', attempts: 0, event_id: idOf(second) }]);
  });

  test('a dead letter keeps headers of null', async () => {
    const odd = record(0n, orgEvent('1'), { value: Buffer.from('{"org_id": ') });
    const letter = { ...odd, headerList: [...odd.headerList, ['foreign', null] as const] };
    await stage.reader().take(batchOf([letter]), controlLog());
    const [row] = await stage.query<DeadLetterRow>('select * from dead_letter');
    expect(storedRecord(row!).headerList).toEqual(letter.headerList);
    expect(storedRecord(row!).headers.foreign).toBeNull();
  });

  test('an unknown type is skipped, an unknown schema version stops before it', async () => {
    const one = stage.reader();
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
    expect(await stage.seen()).toEqual([0, 1, 3]);
    expect(one.stoppedReason).toContain('urn:cashloop:v9');
    expect(await stage.next()).toBe('4');

    // An operator went past it: after a restart it is read again, and stops nobody.
    await stage.query(`update consumer_offset set next_offset = 5, last_id = null, stopped_reason = null`);
    const later = stage.reader();
    await later.take(batchOf(list), controlLog());
    await later.take(batchOf([...list, ...records(6, 1)]), controlLog());
    expect([later.state, await stage.seen(), await stage.next()]).toEqual(['running', [0, 1, 3, 5, 6], '7']);
  });
});
