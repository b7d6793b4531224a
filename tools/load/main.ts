import { describeFault } from '../local/faults.ts';
import { load } from './load.ts';
import { loadCommand } from './options.ts';

// A reader that has seen enough (head) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  process.exitCode = await load(process.argv.slice(2));
} catch (error) {
  if ((error as { code?: string }).code?.startsWith('commander.help') === true) loadCommand().outputHelp();
  else {
    process.stderr.write(`${describeFault(error)}\n`);
    process.exitCode = 1;
  }
}
