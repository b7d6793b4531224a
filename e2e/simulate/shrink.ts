import type { World } from './load/worlds.ts';
import type { Action, Fault, Plan } from './faults/plan.ts';

/** What a sentence tells whatever it tells it of: without its ids and numbers, and without what was found. */
export const kindOf = (fault: string): string => (fault.split(': ')[0] ?? '').replace(/\S*\d\S*/g, '#');

/**
 * Takes faults and actions out one by one, as long as what is left still fails, and fails alike: what remains is needed
 * for this failure. Each try is a whole run of the same seed.
 *
 * @param fault the first sentence of the whole plan's run
 */
export async function shrunk(world: Pick<World, 'run'>, failing: Plan, fault: string): Promise<Plan> {
  const kind = kindOf(fault);
  const fails = async (plan: Plan): Promise<boolean> =>
    (await world.run(plan)).faults.some((one) => kindOf(one) === kind);
  let plan = failing;
  for (let before: Plan | undefined; before !== plan;) {
    before = plan;
    plan = await without(plan, 'faults', fails);
    plan = await without(plan, 'actions', fails);
    plan = await simpler(plan, fails);
  }
  return plan;
}

type Fails = (plan: Plan) => Promise<boolean>;

async function without(plan: Plan, what: 'faults' | 'actions', fails: Fails): Promise<Plan> {
  let smallest = plan;
  for (let at = plan[what].length - 1; at >= 0; at -= 1) {
    const fewer: readonly (Action | Fault)[] = smallest[what].toSpliced(at, 1);
    const candidate = { ...smallest, [what]: fewer };
    if (await fails(candidate)) smallest = candidate;
  }
  return smallest;
}

async function simpler(plan: Plan, fails: Fails): Promise<Plan> {
  let smallest = plan;
  const healthy = plan.actions.map((action) => ({ ...action, sick: 0 }));
  for (const change of [{ processes: 1 }, { partitions: 1 }, { actions: healthy }]) {
    const candidate = { ...smallest, ...change };
    if (JSON.stringify(candidate) !== JSON.stringify(smallest) && (await fails(candidate))) smallest = candidate;
  }
  return smallest;
}
