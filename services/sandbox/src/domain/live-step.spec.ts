import { expect, test } from '@jest/globals';
import { type LiveCustomer, liveStep, settleOldest } from './live-step.ts';
import { SampleRandom } from './sample-random.ts';

test('actors go past their limit and come back, the others stay within theirs', () => {
  const random = new SampleRandom(1);
  const customers: LiveCustomer[] = Array.from({ length: 12 }, (_, i) => ({
    id: String(i),
    limitCents: 100_000n,
    balanceCents: 90_000n,
    actor: i < 4,
  }));
  const crossings = new Map<string, number>();
  for (let tick = 0; tick < 120; tick += 1) {
    const step = liveStep(random, tick, customers)!;
    const one = customers.find(({ id }) => id === step.customerId)!;
    const before = one.balanceCents > one.limitCents;
    one.balanceCents += step.kind === 'invoice' ? step.cents : -step.cents;
    if (before !== one.balanceCents > one.limitCents) crossings.set(one.id, (crossings.get(one.id) ?? 0) + 1);
  }
  expect([...crossings.keys()].sort()).toEqual(['0', '1', '2', '3']);
  for (const times of crossings.values()) expect(times).toBeGreaterThanOrEqual(15);
  for (const { balanceCents, limitCents } of customers) expect(balanceCents < (limitCents * 12n) / 10n).toBe(true);
});

test('a payment settles the oldest first and no more than is open', () => {
  const open = [
    { id: 'a', openCents: 30n },
    { id: 'b', openCents: 50n },
  ];
  expect(settleOldest(40n, open)).toEqual([
    { id: 'a', cents: 30n },
    { id: 'b', cents: 10n },
  ]);
  expect(settleOldest(100n, open)).toEqual([
    { id: 'a', cents: 30n },
    { id: 'b', cents: 50n },
  ]);
});
