import type { OutboxRow } from './outbox-queue.ts';
import { TakeSize } from './take-size.ts';

const rowsOf = (count: number, characters: number): OutboxRow[] =>
  Array.from({ length: count }, () => ({ value: 'x'.repeat(characters) }) as OutboxRow);

test('grows up to some thousands while rows are small, and shrinks as soon as they are large', () => {
  const size = new TakeSize();
  const first = size.rows;
  for (let i = 0; i < 5; i += 1) size.learn(rowsOf(size.rows, 600));
  expect([size.rows > first, size.rows]).toEqual([true, 4_000]);
  size.learn(rowsOf(200, 500_000));
  expect(size.rows * 500_000).toBeLessThan(17_000_000);
  expect(size.rows).toBeGreaterThan(20);
  size.learn([]);
  size.learn(rowsOf(1, 40_000_000));
  expect(size.rows).toBe(1);
  for (let i = 0; i < 12; i += 1) size.learn(rowsOf(1, 0));
  expect(size.rows).toBe(4_000);
});
