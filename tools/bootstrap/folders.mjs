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

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Only one installs or builds at a time in a clone: `npm start` and `npm test` may be begun together. */
export async function alone(work) {
  const lock = join(parts, 'install.lock');
  mkdirSync(parts, { recursive: true });
  for (let told = false; ;) {
    try {
      writeFileSync(lock, `${process.pid} ${process.argv[2] ?? ''}`, { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST')
        throw new Fault(`${lock} cannot be written: ${error.message}.`, 'make the clone writable, then try again');
      const holder = existsSync(lock) ? Number.parseInt(readFileSync(lock, 'utf8'), 10) || 0 : 0;
      if (holder !== 0 && !alive(holder)) rmSync(lock, { force: true });
      if (!told && holder !== 0 && alive(holder))
        console.error(`Waiting for another command (process ${holder}) that installs or builds`);
      told = true;
      await pause(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
