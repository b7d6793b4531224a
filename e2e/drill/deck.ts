import type { Seeded } from './seeded.ts';

export const kinds = ['kill', 'freeze', 'restart Postgres', 'kill Postgres', 'kill Kafka', 'restart Kafka'] as const;
export type Kind = (typeof kinds)[number];

/** One strike: what happens, and to which of the processes or servers. */
export interface Card {
  kind: Kind;
  at: 'scoring' | 'vault' | 'server';
}

/** What happens often stands in it often. */
export const deck: readonly Card[] = [
  ...Array.from({ length: 8 }, () => ({ kind: 'kill', at: 'scoring' }) as const),
  { kind: 'kill', at: 'vault' },
  { kind: 'kill', at: 'vault' },
  ...Array.from({ length: 4 }, () => ({ kind: 'freeze', at: 'scoring' }) as const),
  { kind: 'freeze', at: 'vault' },
  { kind: 'restart Postgres', at: 'server' },
  { kind: 'restart Postgres', at: 'server' },
  { kind: 'kill Postgres', at: 'server' },
  { kind: 'kill Kafka', at: 'server' },
  { kind: 'restart Kafka', at: 'server' },
];

/**
 * The deck in the order of the seed, one card of each kind first: the shortest drill that meets all kinds has as many
 * strikes as there are kinds. Of the two kinds that hit processes one goes to the vault there, the other to credit-scoring.
 */
export function dealt(random: Seeded): Card[] {
  const rest = [...deck];
  const forVault = random.pick(['kill', 'freeze']);
  const first = kinds.map((kind) => {
    const suits = ({ at }: Card): boolean => at === 'server' || (at === 'vault') === (kind === forVault);
    const [card] = rest.splice(
      rest.findIndex((one) => one.kind === kind && suits(one)),
      1,
    );
    return card!;
  });
  return [...shuffled(first, random), ...shuffled(rest, random)];
}

function shuffled<T>(list: readonly T[], random: Seeded): T[] {
  const cards = [...list];
  for (let i = cards.length - 1; i > 0; i -= 1) {
    const j = random.between(0, i);
    [cards[i], cards[j]] = [cards[j]!, cards[i]!];
  }
  return cards;
}
