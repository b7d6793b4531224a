import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFault } from './faults.ts';
import { foldersOf, partsFolder } from './folders.ts';
import { isAlive } from './identity.ts';
import { installingStart } from './install-lock.ts';
import { stopProcess } from './processes.ts';
import { readRun, writeRun } from './run-state.ts';
import { stopParts } from './stop-parts.ts';

/** `npm start` may still be installing or compiling: then only its first program runs, noted in the lock. */
async function stopInstalling(): Promise<boolean> {
  const lock = join(partsFolder, 'install.lock');
  if (!existsSync(lock)) return false;
  const identity = installingStart(readFileSync(lock, 'utf8'));
  if (identity === undefined) return false;
  await stopProcess(identity, { limitMs: 20_000 });
  return true;
}

async function main(): Promise<void> {
  const folders = foldersOf();
  const installing = await stopInstalling();
  const run = readRun(folders.state);
  if (run === undefined) {
    console.log(installing ? 'Stopped while it was installing.' : 'Cashloop does not run here.');
    return;
  }
  const supervised = isAlive(run.supervisor);
  // The supervisor stops its parts itself, in order; the limit is the sum of what it allows them.
  if (supervised) await stopProcess(run.supervisor, { limitMs: 120_000 });
  const last = readRun(folders.state) ?? run;
  const left = await stopParts(last.parts, console.log);
  for (const part of last.parts) if (part.external !== true && part.state !== 'missing') part.state = 'stopped';
  writeRun(folders.state, { ...last, phase: 'stopping' });
  console.log(
    supervised || left.length > 0 || installing ? 'Stopped. The data are kept.' : 'Cashloop does not run here.',
  );
}

main().catch((error: unknown) => {
  console.error(describeFault(error));
  process.exitCode = 1;
});
