import { type Card, dealt } from './deck.ts';
import type { Moves } from './moves.ts';
import type { Seeded } from './seeded.ts';
import type { Servers } from './servers.ts';
import type { Worker } from './worker.ts';

export interface Field {
  servers: Servers;
  scoring: readonly Worker[];
  vault: Worker;
}

export interface Battle extends Field {
  moves: Moves;
  /** Told before each strike; `moving`: what is struck was handling events a moment ago. */
  struck: (card: Card, n: number, moving: boolean) => void;
}

/** How many strikes showed something. */
export interface Hits {
  /** Strikes at what was handling events. */
  moving: number;
  /** Long freezes, and those of them in which others took all its partitions over. */
  long: number;
  zombies: number;
}

/** So long a strike waits for a reader that moves: an idle one shows nothing, but one that hangs must not end the drill. */
const MOVING_WITHIN_MS = 40_000;
const GONE_MS = 60_000;
const LONGER_THAN_A_SESSION_MS = 7_000;
const TAKEN_OVER_WITHIN_MS = 40_000;

interface Target {
  worker: Worker;
  moving: boolean;
}

/** Strikes `count` times, at seeded moments in which the target is at work. */
export async function strike(battle: Battle, count: number, random: Seeded): Promise<Hits> {
  const hits: Hits = { moving: 0, long: 0, zombies: 0 };
  let cards: Card[] = [];
  for (let n = 1; n <= count; n += 1) {
    if (cards.length === 0) cards = dealt(random);
    const card = cards.shift()!;
    const [pauseMs, length, which] = [random.between(300, 2_500), random.next(), random.next()];
    await sleep(pauseMs);
    const { worker, moving } = await targetOf(battle, card, which);
    if (moving) hits.moving += 1;
    battle.struck(card, n, moving);
    if (card.at === 'server') await strikeServer(battle.servers, card, 125 + length * 1_875);
    else if (card.kind === 'kill') worker.kill();
    else if (card.long !== true) await worker.freeze(500 + length * 4_000);
    else {
      hits.long += 1;
      if (await freezeTillTakenOver(battle.moves, worker)) hits.zombies += 1;
    }
  }
  return hits;
}

function strikeServer(servers: Servers, { kind }: Card, downMs: number): Promise<void> {
  const name = kind.endsWith('Kafka') ? 'kafka' : 'postgres';
  return servers.restart(name, kind.startsWith('kill') ? 'SIGKILL' : 'SIGINT', downMs);
}

/** Waits until the target moves: of the replicas the seeded one when both do, of a server any reader. */
async function targetOf({ moves, scoring, vault }: Battle, { at }: Card, which: number): Promise<Target> {
  const seeded = scoring[Math.floor(which * scoring.length)]!;
  const replicas = [seeded, ...scoring.filter((one) => one !== seeded)];
  const targets = at === 'vault' ? [vault] : at === 'scoring' ? replicas : [...replicas, vault];
  const late = Date.now() + MOVING_WITHIN_MS;
  for (;;) {
    const moved = await moves.now();
    const running = targets.filter((one) => one.hasRun(0));
    const worker = running.find(({ name }) => moved.has(name));
    if (worker !== undefined) return { worker, moving: true };
    if (Date.now() > late && running[0] !== undefined) return { worker: running[0], moving: false };
    if (Date.now() > late + GONE_MS) throw new Error('a process did not come back');
  }
}

/**
 * Stands still until others handle what it held, and wakes at once, not knowing that it was replaced: what it had in
 * hand others are past.
 */
async function freezeTillTakenOver(moves: Moves, target: Worker): Promise<boolean> {
  const since = await moves.mark();
  const until = Date.now() + TAKEN_OVER_WITHIN_MS;
  let takenOver = false;
  await target.freezeWhile(async () => {
    await sleep(LONGER_THAN_A_SESSION_MS);
    while (!(takenOver = await moves.takenOver(target.name, since)) && Date.now() < until) await sleep(100);
  });
  return takenOver;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
