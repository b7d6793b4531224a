import type { Seeded } from './seeded.ts';

export const kinds = ['kill', 'freeze', 'restart Postgres', 'kill Postgres', 'kill Kafka', 'restart Kafka'] as const;
export type Kind = (typeof kinds)[number];

/** One strike: what happens, and to which of the processes or servers. */
export interface Card {
  kind: Kind;
  at: 'scoring' | 'vault' | 'server';
  /** Of a freeze: longer than the group waits for the member, so that it wakes as a zombie. */
  long?: true;
}

const killScoring: Card = { kind: 'kill', at: 'scoring' };
const killVault: Card = { kind: 'kill', at: 'vault' };
const zombie: Card = { kind: 'freeze', at: 'scoring', long: true };
const freezeScoring: Card = { kind: 'freeze', at: 'scoring' };
const freezeVault: Card = { kind: 'freeze', at: 'vault' };
const server = (kind: Kind): Card => ({ kind, at: 'server' });

/** How many strikes meet every kind, credit-scoring killed and woken as a zombie, and the vault: the shortest drill. */
export const openingCards = 7;

/** What happens often stands in it often. */
export const deck: readonly Card[] = [
  ...Array.from({ length: 8 }, () => killScoring),
  ...[killVault, killVault],
  ...[zombie, zombie, freezeScoring, freezeScoring, freezeVault],
  ...[server('restart Postgres'), server('restart Postgres'), server('kill Postgres')],
  ...[server('kill Kafka'), server('restart Kafka')],
];

/** The deck in the order of the seed, the cards of the shortest drill first. */
export function dealt(random: Seeded): Card[] {
  const opening = [killScoring, zombie, random.pick([killVault, freezeVault]), ...kinds.slice(2).map(server)];
  const rest = [...deck];
  for (const { kind, at, long } of opening) {
    rest.splice(
      rest.findIndex((one) => one.kind === kind && one.at === at && one.long === long),
      1,
    );
  }
  return [...shuffled(opening, random), ...shuffled(rest, random)];
}

function shuffled<T>(list: readonly T[], random: Seeded): T[] {
  const cards = [...list];
  for (let i = cards.length - 1; i > 0; i -= 1) {
    const j = random.between(0, i);
    [cards[i], cards[j]] = [cards[j]!, cards[i]!];
  }
  return cards;
}
