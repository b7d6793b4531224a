import fc from 'fast-check';
import type { RawRecord } from '../raw-record.ts';
import { applyBisecting } from './bisect.ts';
import type { Item } from './decoded-batch.ts';

const item = (offset: number): Item => ({ kind: 'raw', record: { offset: BigInt(offset) } as RawRecord });
const offsets = (items: readonly Item[]): number[] => items.map(({ record }) => Number(record.offset));

/** Offsets with holes, some of them bad. */
const aBatch = fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 200 }).chain((found) => {
  const sorted = found.toSorted((a, b) => a - b);
  return fc.tuple(fc.constant(sorted), fc.subarray(sorted, { maxLength: Math.min(8, sorted.length) }));
});

test('every event is applied or set aside exactly once, in order, each step beginning where the last one ended', async () => {
  await fc.assert(
    fc.asyncProperty(aBatch, async ([all, bad]) => {
      const applied: number[] = [];
      const aside: number[] = [];
      let tries = 0;
      let next = 0n;
      const advance = (from: bigint, items: readonly Item[]): void => {
        expect(from).toBe(next);
        next = (items.at(-1)?.record.offset ?? -1n) + 1n;
      };
      await applyBisecting(
        { from: 0n, items: all.map(item) },
        {
          apply: async ({ from, items }) => {
            tries += 1;
            if (offsets(items).some((offset) => bad.includes(offset))) throw new Error('bad');
            advance(from, items);
            applied.push(...offsets(items));
          },
          setAside: async ({ from, items }) => {
            advance(from, items);
            aside.push(...offsets(items));
          },
        },
      );
      expect(aside).toEqual(bad);
      expect(applied).toEqual(all.filter((offset) => !bad.includes(offset)));
      expect(tries).toBeLessThanOrEqual(1 + bad.length * 2 * Math.ceil(Math.log2(all.length) + 1));
    }),
  );
});

test('a passing fault ends it at once', async () => {
  const passing = Object.assign(new Error('deadlock detected'), { code: '40P01' });
  let tries = 0;
  const steps = {
    apply: async () => {
      tries += 1;
      throw passing;
    },
    setAside: async () => undefined,
  };
  await expect(applyBisecting({ from: 0n, items: [1, 2, 3].map(item) }, steps)).rejects.toBe(passing);
  expect(tries).toBe(1);
});
