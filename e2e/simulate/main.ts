import { parseArgs } from 'node:util';
import { loadWorld } from './load/worlds.ts';
import { plants } from './plants/plants.ts';
import { sizeOf } from './report.ts';
import { ENOUGH_SEEDS, simulate, type Wanted } from './seeds.ts';
import { shrunk } from './shrink.ts';

const help = `Usage: npm run simulate -- [--seeds N] [--from K] [--plant NAME | --plants]

Runs consumer, relay and handlers of libs/messaging, as they stand in the source, against a database and a broker in
memory, in virtual time. Every seed draws its own commands, message times and faults: processes die, stop and restart,
statements, sends and acknowledgements get lost, events are refused for a while, batches come late, twice or from too
far on. After each seed all books must agree. A failing seed prints the smallest part of its plan that still fails and
what happens in it.
Ends with a table of how often each fault struck and "simulate: N seeds, 0 failed"; exit status 1 when some failed, or
when one of the faults never struck in ${ENOUGH_SEEDS} seeds or more. The same seed does the same, step by step.

  --seeds N      how many (1000)
  --from K       the first of them (1)
  --plant NAME   makes one of the rewrites that look harmless, to see it found: ${plants.map(({ name }) => name).join(', ')}
  --plants       makes each of them in turn; exit status 1 when one is not found within N seeds (500)

Example: npm run simulate -- --seeds 10000
Example: npm run simulate -- --plant batch-end --from 5 --seeds 1
`;

interface Options extends Wanted {
  /** All plants in turn. */
  readonly all: boolean;
}

/** @throws a sentence when an option makes no sense */
function optionsOf(): Options | undefined {
  const { values } = parseArgs({
    options: {
      ...{ seeds: { type: 'string' }, from: { type: 'string' }, plant: { type: 'string' } },
      ...{ plants: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    },
  });
  if (values.help === true) return undefined;
  const number = (name: 'seeds' | 'from'): number | undefined => {
    if (values[name] === undefined) return undefined;
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} needs a whole number, as in --${name} 20.`);
    return value;
  };
  const plant = plants.find(({ name }) => name === values.plant);
  if (values.plant !== undefined && plant === undefined) throw new Error(`There is no plant named ${values.plant}.`);
  return { seeds: number('seeds'), from: number('from') ?? 1, plant, all: values.plants === true };
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Shows for each plant the first seed that finds it. */
async function showPlants({ seeds = 500, from }: Wanted): Promise<number> {
  let missed = 0;
  for (const { name, says, edits } of plants) {
    const world = await loadWorld(name, edits);
    let found = '';
    for (let seed = from; seed < from + seeds && found === ''; seed += 1) {
      const plan = world.planOf(seed);
      const [fault] = (await world.run(plan)).faults;
      if (fault === undefined) continue;
      found = `found by seed ${seed}: ${fault}\n  ${sizeOf(await shrunk(world, plan, fault))} are enough for it`;
    }
    if (found === '') missed += 1;
    say(`${name}: ${says}\n  ${found || `NOT FOUND within ${seeds} seeds`}`);
  }
  say(`simulate: ${plants.length} plants, ${missed} not found`);
  return missed > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = optionsOf();
  } catch (error) {
    process.stderr.write(`${(error as Error).message} See npm run simulate -- --help\n`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(help);
    return 0;
  }
  try {
    return await (options.all ? showPlants(options) : simulate(options, say));
  } catch (error) {
    process.stderr.write(`simulate: ${(error as Error).message}\n`); // a defect of the simulation, not of a seed
    return 1;
  }
}

process.exitCode = await main();
