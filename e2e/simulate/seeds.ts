import { Tally } from './faults/tally.ts';
import { loadWorld } from './load/worlds.ts';
import type { Plant } from './plants/plants.ts';
import { told } from './report.ts';

/** Each fault strikes a dozen times in so many seeds: one that does not is gone from the code. */
export const ENOUGH_SEEDS = 1_000;
const TOLD_MAX = 3;
const SAYS_EVERY = 1_000;

export interface Wanted {
  readonly seeds: number | undefined;
  readonly from: number;
  readonly plant: Plant | undefined;
}

/** Runs one seed after the other. @returns the exit status */
export async function simulate(
  { seeds = ENOUGH_SEEDS, from, plant }: Wanted,
  say: (line: string) => void,
): Promise<number> {
  const world = await loadWorld(plant?.name ?? 'as-it-is', plant?.edits ?? []);
  const tally = new Tally(world.strikes);
  const failed: number[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { faults, struck } = await world.run(world.planOf(seed));
    tally.add(struck);
    if (faults.length > 0 && failed.push(seed) <= TOLD_MAX)
      for (const line of await told(world, seed, faults, plant?.name)) say(line);
    const done = seed - from + 1;
    if (done % SAYS_EVERY === 0 && done < seeds) process.stderr.write(`${done} seeds, ${failed.length} failed\n`);
  }
  if (failed.length > TOLD_MAX) say(`failed as well: ${failed.slice(TOLD_MAX, 40).join(', ')}`);
  if (seeds > 1) for (const line of tally.lines()) say(line);
  const missing = seeds >= ENOUGH_SEEDS ? tally.never : [];
  const but = missing.length === 0 ? '' : `, but these faults never struck: ${missing.join(', ')}`;
  say(`simulate: ${seeds} seeds, ${failed.length} failed${but}`);
  return failed.length + missing.length > 0 ? 1 : 0;
}
