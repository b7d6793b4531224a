import type { SampleRandom } from './sample-random.ts';

/** A customer as the trickle sees it; amounts in cents. */
export interface LiveCustomer {
  id: string;
  limitCents: bigint;
  balanceCents: bigint;
  actor: boolean;
}

/** What happens next. */
export type LiveStep =
  { kind: 'invoice'; customerId: string; cents: bigint } | { kind: 'payment'; customerId: string; cents: bigint };

/**
 * Two steps in three belong to an actor: within its limit it orders past it, past it it pays back down, so each actor's
 * hold comes at one visit and goes at the next. The third step is ordinary trade that keeps others within their limits.
 */
export function liveStep(random: SampleRandom, tick: number, customers: readonly LiveCustomer[]): LiveStep | undefined {
  const actors = customers.filter((customer) => customer.actor);
  if (tick % 3 !== 2 && actors.length > 0) {
    const turn = Math.floor(tick / 3) * 2 + (tick % 3);
    return actorStep(random, actors[turn % actors.length]!);
  }
  const others = customers.filter((customer) => !customer.actor && customer.balanceCents <= customer.limitCents);
  return others.length === 0 ? undefined : ordinaryStep(random, random.pick(others));
}

function actorStep(random: SampleRandom, { id, limitCents, balanceCents }: LiveCustomer): LiveStep {
  const percent = (share: number): bigint => (limitCents * BigInt(Math.round(share * 100))) / 100n;
  if (balanceCents > limitCents)
    return { kind: 'payment', customerId: id, cents: balanceCents - percent(0.85 + random.next() * 0.08) };
  return { kind: 'invoice', customerId: id, cents: percent(1.03 + random.next() * 0.08) - balanceCents };
}

function ordinaryStep(random: SampleRandom, { id, limitCents, balanceCents }: LiveCustomer): LiveStep {
  const room = limitCents - balanceCents;
  const orders = room / 5n >= 5000n && (balanceCents < limitCents / 3n || random.chance(0.4));
  const share = BigInt(random.int(5, 20));
  if (orders) return { kind: 'invoice', customerId: id, cents: (room * share) / 100n + BigInt(random.int(1, 99)) };
  return { kind: 'payment', customerId: id, cents: balanceCents > 0n ? (balanceCents * (share + 30n)) / 100n : 0n };
}

/** Spreads a payment over open invoices, the oldest first; nothing beyond what is open. */
export function settleOldest(
  cents: bigint,
  open: readonly { id: string; openCents: bigint }[],
): { id: string; cents: bigint }[] {
  let left = cents;
  return open.flatMap(({ id, openCents }) => {
    const part = left < openCents ? left : openCents;
    left -= part;
    return part > 0n ? [{ id, cents: part }] : [];
  });
}
