import { type Card, dealt, deck, kinds } from './deck.ts';
import { Seeded } from './seeded.ts';

const seeds = Array.from({ length: 300 }, (_, seed) => seed);
const text = ({ kind, at }: Card): string => `${kind} ${at}`;

test('whatever the seed, a drill of six strikes meets every kind, credit-scoring and the vault', () => {
  for (const seed of seeds) {
    const first = dealt(new Seeded(seed)).slice(0, 6);
    expect(first.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
    expect(new Set(first.map(({ at }) => at))).toEqual(new Set(['server', 'scoring', 'vault']));
  }
});

test('nothing of the deck is left out or comes twice', () => {
  for (const seed of seeds) expect(dealt(new Seeded(seed)).map(text).sort()).toEqual(deck.map(text).sort());
});

test('a seed deals the same again, and seeds differ', () => {
  const orders = seeds.map((seed) => dealt(new Seeded(seed)).map(text).join());
  expect(seeds.map((seed) => dealt(new Seeded(seed)).map(text).join())).toEqual(orders);
  expect(new Set(orders).size).toBe(seeds.length);
  const opening = (first: string): boolean => seeds.some((seed) => text(dealt(new Seeded(seed))[0]!) === first);
  expect(['kill scoring', 'kill vault', 'freeze scoring', 'freeze vault', 'kill Kafka server'].every(opening)).toBe(
    true,
  );
});
