import { backOffMs, withBackOff } from './back-off.ts';
import { GrowingPauses } from './growing-pauses.ts';

const policy = { baseMs: 1, maxMs: 4, attempts: 3 };

test('pauses grow to their ceiling, and jitter spreads them from 0 to it', () => {
  const ceilings = [2, 3, 4, 5, 6].map((attempt) => backOffMs(attempt, { baseMs: 100, maxMs: 500 }, 0.999_999));
  expect(ceilings).toEqual([99, 199, 399, 499, 499]);
  expect(backOffMs(4, { baseMs: 100, maxMs: 500 }, 0)).toBe(0);
});

test('repeats what is worth repeating, up to its attempts', async () => {
  let calls = 0;
  const fail = (): Promise<never> => Promise.reject(new Error(String(++calls)));
  await expect(withBackOff(policy, fail, () => ({ retry: true }))).rejects.toThrow('3');
  calls = 0;
  await expect(withBackOff(policy, fail, () => ({ retry: false }))).rejects.toThrow('1');
});

test('waits at least as long as it was told', async () => {
  const began = Date.now();
  let calls = 0;
  const work = (): Promise<string> => (++calls === 1 ? Promise.reject(new Error('busy')) : Promise.resolve('done'));
  expect(await withBackOff(policy, work, () => ({ retry: true, afterMs: 30 }))).toBe('done');
  expect(Date.now() - began).toBeGreaterThanOrEqual(28);
});

test('a key that fails rests longer each time, others do not', () => {
  const pauses = new GrowingPauses({ baseMs: 1_000, maxMs: 60_000 });
  const first = pauses.failed('a', 0);
  const second = pauses.failed('a', 0);
  expect(first).toBeGreaterThanOrEqual(500);
  expect(second).toBeGreaterThanOrEqual(1_000);
  expect([pauses.resting('a', second - 1), pauses.resting('a', second), pauses.resting('b', 0)]).toEqual([
    true,
    false,
    false,
  ]);
  pauses.succeeded('a');
  expect(pauses.resting('a', 0)).toBe(false);
});
