import type { Plan } from './faults/plan.ts';
import type { World } from './load/worlds.ts';
import { shrunk } from './shrink.ts';

const LINES_MAX = 70;

/** The failure of one seed: what does not hold, the smallest plan that still shows it, and what happens in it. */
export async function told(
  world: World,
  seed: number,
  failure: readonly string[],
  plant: string | undefined,
): Promise<string[]> {
  const plan = world.planOf(seed);
  const smallest = await shrunk(world, plan, failure[0] ?? '');
  const { faults, trace } = await world.run(smallest, true);
  const option = plant === undefined ? '' : ` --plant ${plant}`;
  return [
    `seed ${seed} failed:`,
    ...listed(failure),
    `  ${sizeOf(plan)}, of which ${sizeOf(smallest)} are needed:`,
    ...listed(faults),
    ...short(trace).map((line) => `  ${line}`),
    `  replay: npm run simulate --${option} --from ${seed} --seeds 1`,
  ];
}

const SENTENCES_MAX = 5;
const listed = (faults: readonly string[]): string[] => faults.slice(0, SENTENCES_MAX).map((fault) => `  ${fault}`);

export const sizeOf = (plan: Plan): string => `${plan.actions.length} commands and ${plan.faults.length} faults`;

/** A run that never comes to rest repeats itself: its begin and its end say enough. */
function short(lines: readonly string[]): string[] {
  if (lines.length <= LINES_MAX) return [...lines];
  const half = LINES_MAX / 2;
  return [...lines.slice(0, half), `... ${lines.length - LINES_MAX} lines ...`, ...lines.slice(-half)];
}
