import type { RawRecord } from '../src/index.ts';
import { metrics } from '../src/metrics.ts';
import { batchOf, controlLog, record, records } from './fabricated-batches.ts';
import { ReaderStage } from './reader-stage.ts';

describe('an event of a type that this version does not know', () => {
  const stage = new ReaderStage();

  const unknown = (offset: bigint): RawRecord => {
    const plain = record(offset);
    return { ...plain, headers: { ...plain.headers, ce_type: Buffer.from('org_renamed') } };
  };
  const counted = async (): Promise<number> => {
    const { values } = await metrics.unknownTypes.get();
    return values.find(({ labels }) => labels.projection === 'p' && labels.topic === 'cashloop.org.v1')?.value ?? 0;
  };

  test('is counted and skipped; the others around it are handled', async () => {
    const before = await counted();
    const control = controlLog();
    await stage.reader().take(batchOf([unknown(0n), ...records(1, 2), unknown(3n), ...records(4, 1)]), control);
    expect(await stage.seen()).toEqual([1, 2, 4]);
    expect(stage.batches).toEqual([3]);
    expect([await stage.next(), control.log]).toEqual(['5', ['done 4']]);
    expect((await counted()) - before).toBe(2);
    expect(await stage.query('select 1 from dead_letter')).toEqual([]);
  });

  test('moves the offset also where nothing else comes', async () => {
    const before = await counted();
    await stage.reader().take(batchOf([unknown(0n), unknown(1n)]), controlLog());
    expect([await stage.next(), stage.batches]).toEqual(['2', []]);
    expect((await counted()) - before).toBe(2);
  });

  test('is counted once, however often its batch comes', async () => {
    const before = await counted();
    const batch = batchOf([record(0n), unknown(1n), record(2n)]);
    await stage.reader().take(batch, controlLog());
    await stage.reader().take(batch, controlLog()); // as after a restart
    expect((await counted()) - before).toBe(1);
  });
});
