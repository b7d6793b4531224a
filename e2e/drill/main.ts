import { parseArgs } from 'node:util';
import { endOnSignals } from '../../tools/local/end-on-signals.ts';
import { endAll } from '../bench/processes.ts';
import { drill } from './drill.ts';

const help = `Usage: npm run drill -- [--kills N] [--seed S]

Starts a Postgres, a Kafka, two replicas of credit-scoring, the vault and the plain NestJS design on ports of their own,
keeps invoices and payments coming, and strikes N times (20) at seeded moments in which the readers are at work: kill -9,
SIGSTOP, servers killed or restarted. Then it compares every document, exposure, judgement and vault entry with the books
it kept apart, and the dead letters with the bad events it planted.
Ends with "drill: N kills, 0 lost, 0 doubled, seed S"; exit status 1 when that does not hold. The same seed strikes
the same way.

Example: npm run drill -- --kills 100 --seed 7
`;

interface Wanted {
  kills: number;
  seed: number;
}

/** @throws a sentence when a number is none */
function wanted(): Wanted | undefined {
  const { values } = parseArgs({
    options: { kills: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) return undefined;
  const number = (name: 'kills' | 'seed', otherwise: number): number => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number, as in --${name} 20.`);
    return value;
  };
  return { kills: number('kills', 20), seed: number('seed', Date.now() % 100_000) };
}

async function main(): Promise<number> {
  let options: Wanted | undefined;
  try {
    options = wanted();
  } catch (error) {
    process.stderr.write(`${(error as Error).message} See npm run drill -- --help\n`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(help);
    return 0;
  }
  endOnSignals(endAll);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`drill: ${options.kills} kills, seed ${options.seed}`);
  try {
    const { lost, doubled, lines } = await drill({ ...options, say });
    for (const line of lines) say(`  ${line}`);
    say(`drill: ${options.kills} kills, ${lost} lost, ${doubled} doubled, seed ${options.seed}`);
    return lost === 0 && doubled === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`drill: ${error instanceof Error ? error.message : String(error)}\n`);
    say(`drill: did not come to its check, seed ${options.seed}`);
    return 1;
  }
}

process.exitCode = await main();
