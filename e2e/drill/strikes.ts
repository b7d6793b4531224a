import type { Seeded } from './seeded.ts';
import type { Servers } from './servers.ts';
import type { Worker } from './worker.ts';

export type Kind = 'kill' | 'freeze' | 'restart Postgres' | 'kill Postgres' | 'kill Kafka' | 'restart Kafka';

/** One deck of strikes: what happens often stands in it often. A short drill draws from a shuffled one. */
const deck: readonly { kind: Kind; at: 'scoring' | 'vault' | 'server' }[] = [
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

export interface Field {
  servers: Servers;
  scoring: readonly Worker[];
  vault: Worker;
}

/** Strikes `count` times at seeded moments; `struck` is told before each. */
export async function strike(
  field: Field,
  count: number,
  random: Seeded,
  struck: (kind: Kind, n: number) => void,
): Promise<void> {
  let cards: (typeof deck)[number][] = [];
  for (let n = 1; n <= count; n += 1) {
    if (cards.length === 0) cards = shuffled(deck, random);
    const { kind, at } = cards.pop()!;
    const [pauseMs, lengthMs, which] = [random.between(300, 2_500), random.between(500, 8_000), random.next()];
    await sleep(pauseMs);
    if (at === 'server') {
      struck(kind, n);
      await strikeServer(field.servers, kind, lengthMs);
    } else {
      const target = at === 'vault' ? field.vault : await running(field.scoring, which);
      await until(() => target.hasRun(300));
      struck(kind, n);
      if (kind === 'kill') target.kill();
      else await target.freeze(lengthMs);
    }
  }
}

function strikeServer(servers: Servers, kind: Kind, lengthMs: number): Promise<void> {
  const name = kind.endsWith('Kafka') ? 'kafka' : 'postgres';
  return servers.restart(name, kind.startsWith('kill') ? 'SIGKILL' : 'SIGINT', lengthMs / 4);
}

/** A replica that runs; the seeded one when both do. */
async function running(workers: readonly Worker[], which: number): Promise<Worker> {
  const first = workers[Math.floor(which * workers.length)]!;
  await until(() => workers.some((worker) => worker.hasRun(1_000)));
  return first.hasRun(1_000) ? first : workers.find((worker) => worker.hasRun(1_000))!;
}

function shuffled<T>(list: readonly T[], random: Seeded): T[] {
  const cards = [...list];
  for (let i = cards.length - 1; i > 0; i -= 1) {
    const j = random.between(0, i);
    [cards[i], cards[j]] = [cards[j]!, cards[i]!];
  }
  return cards;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 600) throw new Error('a process did not come back within 60 s');
    await sleep(100);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
