import { type Card, dealt, type Kind } from './deck.ts';
import type { Seeded } from './seeded.ts';
import type { Servers } from './servers.ts';
import type { Worker } from './worker.ts';

export interface Field {
  servers: Servers;
  scoring: readonly Worker[];
  vault: Worker;
}

export interface Battle extends Field {
  /** Resolves once load runs, which a broker that was away takes a moment for: nothing is shown by striking the idle. */
  loadRuns: () => Promise<void>;
}

/** Strikes `count` times at seeded moments; `struck` is told before each. */
export async function strike(
  field: Battle,
  count: number,
  random: Seeded,
  struck: (card: Card, n: number) => void,
): Promise<void> {
  let cards: Card[] = [];
  for (let n = 1; n <= count; n += 1) {
    if (cards.length === 0) cards = dealt(random);
    const card = cards.shift()!;
    const { kind, at } = card;
    const [pauseMs, lengthMs, which] = [random.between(300, 2_500), random.between(500, 8_000), random.next()];
    await field.loadRuns();
    await sleep(pauseMs);
    if (at === 'server') {
      struck(card, n);
      await strikeServer(field.servers, kind, lengthMs);
    } else {
      const target = at === 'vault' ? field.vault : await running(field.scoring, which);
      await until(() => target.hasRun(300));
      struck(card, n);
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

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 600) throw new Error('a process did not come back within 60 s');
    await sleep(100);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
