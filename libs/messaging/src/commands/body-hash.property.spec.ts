import fc from 'fast-check';
import { bodyHash } from './body-hash.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, shuffled(one)]),
  );
};

test('the order of properties does not count', () => {
  fc.assert(fc.property(fc.jsonValue(), (body) => bodyHash(shuffled(body)) === bodyHash(body)));
});

test('everything else does', () => {
  expect(bodyHash({ a: [1, 2] })).not.toBe(bodyHash({ a: [2, 1] }));
  expect(bodyHash({ a: 1 })).not.toBe(bodyHash({ a: '1' }));
  expect(bodyHash({})).not.toBe(bodyHash(undefined));
});
