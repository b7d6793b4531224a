import { type Destination, destinationOf, type Held, nextOffsets, type Standing } from './destination.ts';

const held = new Map<string, Held>([
  ['t/0', { first: 12n, end: 40n }],
  ['t/1', { first: 0n, end: 9n }],
]);
const both: Standing[] = [
  { partition: 0, next: 5n },
  { partition: 1, next: 7n },
];
const next = (to: Destination, rows = both): bigint[] =>
  nextOffsets({ service: 'credit-scoring', topic: 't', to }, rows, held);

test('the start is the first offset that the broker still holds, partition by partition', () => {
  expect(next('start')).toEqual([12n, 0n]);
});

test('the current offset stays where it is', () => {
  expect(next('current', [{ partition: 1, next: 7n }])).toEqual([7n]);
  expect(next('current', [{ partition: 1, next: 9n }])).toEqual([9n]);
});

test.each([12n, 30n, 40n])('%d is a place in 12 to 40', (to) => {
  expect(next(to, [{ partition: 0, next: 5n }])).toEqual([to]);
});

test.each([11n, 41n])('%d is outside what the broker holds', (to) => {
  expect(() => next(to, [{ partition: 0, next: 20n }])).toThrow(
    `The broker holds offsets 12 to 40 of t/0, so ${to} is no place to go on.`,
  );
});

test('a stop for lost records is not cleared where it would come again', () => {
  expect(() => next('current')).toThrow('The broker holds offsets 12 to 40 of t/0, so 5 is no place to go on.');
});

test('a partition that the broker does not have', () => {
  expect(() => next('start', [{ partition: 2, next: 0n }])).toThrow('The broker has no partition t/2.');
});

test('destinations are words, or a number of one partition', () => {
  expect(destinationOf('start', undefined)).toBe('start');
  expect(destinationOf('current', undefined)).toBe('current');
  expect(destinationOf('17', '3')).toBe(17n);
  expect(() => destinationOf('17', undefined)).toThrow('Partitions have their own offsets, so 17 fits one of them.');
  for (const wrong of ['', '-1', '1.5', 'end', '1e3', '9'.repeat(20)])
    expect(() => destinationOf(wrong, '3')).toThrow(`"${wrong}" is not an offset.`);
  for (const wrong of ['', '-1', 'x', '9999999999'])
    expect(() => destinationOf('start', wrong)).toThrow(`"${wrong}" is not a partition.`);
});
