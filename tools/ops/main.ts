// The operator's commands. Every other file of this folder is one group of them and exports register(program).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describeFault } from '../local/faults.ts';

interface CommandFile {
  register: (program: Command) => void;
}

const program = new Command('npm run ops --')
  .description(
    "The operator's commands. They act on the running local system, or on the databases that the environment names.",
  )
  .addHelpText('after', '\nExample: npm run ops -- dead-letters list credit-scoring')
  .showHelpAfterError('(add --help for an example)');

const isCommandFile = (name: string): boolean =>
  name.endsWith('.ts') && !name.endsWith('.spec.ts') && name !== 'main.ts';

for (const name of readdirSync(import.meta.dirname)
  .filter(isCommandFile)
  .sort()) {
  ((await import(join(import.meta.dirname, name))) as CommandFile).register(program);
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 1;
}
