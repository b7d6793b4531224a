import { type Card, dealt, deck, kinds, openingCards } from './deck.ts';
import { Seeded } from './seeded.ts';

const seeds = Array.from({ length: 300 }, (_, seed) => seed);
const text = ({ kind, at, long }: Card): string => `${long ? 'long ' : ''}${kind} ${at}`;

test('whatever the seed, the shortest drill meets every kind, a killed and a zombie credit-scoring, and the vault', () => {
  for (const seed of seeds) {
    const first = dealt(new Seeded(seed)).slice(0, openingCards);
    expect(new Set(first.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(first.map(text)).toEqual(expect.arrayContaining(['kill scoring', 'long freeze scoring']));
    expect(first.map(({ at }) => at)).toContain('vault');
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
  expect(
    ['kill scoring', 'long freeze scoring', 'freeze vault', 'kill vault', 'kill Kafka server'].every(opening),
  ).toBe(true);
});
