import { join } from 'node:path';
import { endOnSignals } from '../local/end-on-signals.ts';
import { describeFault, UserFault } from '../local/faults.ts';
import { endAll } from './programs.ts';
import { runSteps } from './runner.ts';
import { steps, stepsOf } from './steps.ts';

process.env['CASHLOOP_TEST_HOME'] ??= join('.cashloop', 'test-run');
const { down, environmentOf, up } = await import('./stack.ts');

const help = `npm test [-- --only STEP[,STEP]] [--list]
Example: npm test -- --only lint,tests`;

function asked(args: readonly string[]): string[] | undefined {
  const unknown = args.find((arg, at) => !['--only', '--list', '--help'].includes(arg) && args[at - 1] !== '--only');
  if (unknown !== undefined) throw new UserFault(`npm test does not know ${unknown}.`, 'npm test -- --help');
  const at = args.indexOf('--only');
  if (at === -1) return undefined;
  const names = (args[at + 1] ?? '').split(',').filter(Boolean);
  const wrong = names.filter((name) => !steps.some((step) => step.name === name));
  if (names.length === 0 || wrong.length > 0)
    throw new UserFault(`There is no step ${wrong.join(', ')}.`, 'npm test -- --list');
  return names;
}

/** Stops what was started, by id, whatever happened. */
async function cleanUp(): Promise<void> {
  await endAll();
  await down();
}

endOnSignals(cleanUp);

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) console.log(help);
  else if (args.includes('--list')) console.log(steps.map((step) => step.name).join('\n'));
  else {
    const startedMs = Date.now();
    const { passed, failed } = await runSteps(stepsOf('test', asked(args)), async () => environmentOf(await up()));
    await cleanUp();
    console.log(`${Math.round((Date.now() - startedMs) / 1000)} s`);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  }
} catch (error) {
  console.error(describeFault(error));
  await cleanUp();
  process.exitCode = 1;
}
