import { describeFault } from '../local/faults.ts';
import { load } from './load.ts';
import { loadCommand } from './options.ts';

try {
  process.exitCode = await load(process.argv.slice(2));
} catch (error) {
  if ((error as { code?: string }).code?.startsWith('commander.help') === true) loadCommand().outputHelp();
  else {
    process.stderr.write(`${describeFault(error)}\n`);
    process.exitCode = 1;
  }
}
