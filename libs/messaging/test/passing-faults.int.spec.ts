import { batchOf, controlLog, records } from './fabricated-batches.ts';
import { range, ReaderStage } from './reader-stage.ts';

const TIMES = 40;
const PAUSE_MAX_MS = 20_000;

describe('a fault that passes by itself', () => {
  const stage = new ReaderStage();

  test('is waited out without end, each pause longer than the last one, up to a limit', async () => {
    const one = stage.reader();
    let failures = 0;
    stage.before = async () => {
      if ((failures += 1) <= TIMES) throw Object.assign(new Error('too many connections'), { code: '53300' });
    };
    const pauses: number[] = [];
    const control = { ...controlLog(), pause: (ms?: number) => void pauses.push(ms ?? -1) };
    for (let i = 0; i <= TIMES; i += 1) await one.take(batchOf(records(0, 3)), control);
    const first = pauses.slice(0, 7);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    expect(pauses).toHaveLength(TIMES);
    for (const ms of pauses.slice(10)) expect(ms > 10_000 && ms < PAUSE_MAX_MS).toBe(true);
    expect([one.state, one.stoppedReason]).toEqual(['running', undefined]);
    expect(await stage.seen()).toEqual(range(0, 3));
    expect(await stage.query('select 1 from dead_letter')).toEqual([]);
  });
});
