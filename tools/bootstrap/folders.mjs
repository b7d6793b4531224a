import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const parts = join(root, '.cashloop', 'parts');

/** A fault the user can do something about: printed without a stack. */
export class Fault extends Error {
  constructor(message, next) {
    super(`${message}\n  Next: ${next}`);
  }
}

/** When a process started, as Linux counts it; elsewhere only that it runs. Undefined: it does not. */
function started(pid) {
  try {
    if (process.platform !== 'linux') return process.kill(pid, 0) ? 'runs' : undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    return error.code === 'EPERM' ? 'runs' : undefined;
  }
}

/** Who holds the lock: undefined when nobody does, or only one that is gone (its number may be another's by now). */
function holderOf(lock) {
  if (!existsSync(lock)) return undefined;
  const [pid, , since] = readFileSync(lock, 'utf8').split(' ');
  return since !== undefined && started(Number(pid)) === since ? pid : undefined;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function take(lock) {
  try {
    writeFileSync(lock, `${process.pid} ${process.argv[2] ?? ''} ${started(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Fault(`${lock} cannot be written: ${error.message}.`, 'make the clone writable, then try again');
  }
}

/** Only one installs or builds at a time in a clone: `npm start` and `npm test` may be begun together. */
export async function alone(work) {
  const lock = join(parts, 'install.lock');
  mkdirSync(parts, { recursive: true });
  for (let told = false; !take(lock); await pause(200)) {
    const holder = holderOf(lock);
    // A lock just made may not have its text yet: look again before it counts as left over.
    if (holder === undefined) {
      await pause(100);
      if (holderOf(lock) === undefined) rmSync(lock, { force: true });
    } else if (!told) console.error(`Waiting for another command (process ${holder}) that installs or builds`);
    told = true;
  }
  const free = () => rmSync(lock, { force: true });
  process.once('exit', free);
  try {
    return await work();
  } finally {
    process.off('exit', free);
    free();
  }
}
