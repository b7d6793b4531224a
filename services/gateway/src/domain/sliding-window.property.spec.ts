import fc from 'fast-check';
import { countRequest, type WindowCount } from './sliding-window.ts';

const rule = { limit: 10, windowMs: 1000 };
const empty: WindowCount = { window: 0, current: 0, previous: 0 };

function run(times: readonly number[]): { allowedAt: number[]; count: WindowCount } {
  const allowedAt: number[] = [];
  let count = empty;
  for (const time of times) {
    const step = countRequest(count, rule, time);
    count = step.count;
    if (step.answer.allowed) allowedAt.push(time);
  }
  return { allowedAt, count };
}

const times = fc.array(fc.nat(5000), { maxLength: 200 }).map((list) => list.sort((a, b) => a - b));

test('no fixed window ever lets more than the limit through', () => {
  fc.assert(
    fc.property(times, (list) => {
      const perWindow = new Map<number, number>();
      for (const time of run(list).allowedAt)
        perWindow.set(Math.floor(time / 1000), (perWindow.get(Math.floor(time / 1000)) ?? 0) + 1);
      expect(Math.max(0, ...perWindow.values())).toBeLessThanOrEqual(rule.limit);
    }),
  );
});

test('who waits as long as told is let through, who comes a moment earlier is not', () => {
  fc.assert(
    fc.property(times, fc.nat(999), (list, offset) => {
      const now = (list.at(-1) ?? 0) + offset;
      const { count, answer } = countRequest(run(list).count, rule, now);
      if (answer.allowed) return;
      expect(countRequest(count, rule, now + answer.retryAfterMs).answer.allowed).toBe(true);
      if (answer.retryAfterMs > 1)
        expect(countRequest(count, rule, now + answer.retryAfterMs - 2).answer.allowed).toBe(false);
    }),
  );
});

test('a quiet client always gets its whole limit', () => {
  const { allowedAt } = run(Array.from({ length: 12 }, () => 7_000));
  expect(allowedAt).toHaveLength(rule.limit);
});
