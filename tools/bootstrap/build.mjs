import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, root } from './folders.mjs';
import { lastLines, run } from './run.mjs';

const stampFile = join(root, '.nx', 'cashloop-build');

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** What has something to compile: libs, services, and the rival designs of the benchmarks. */
function projects() {
  return ['libs', 'services']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .map((folder) => ({ folder, sources: join(folder, 'src') }))
    .concat({ folder: join(root, 'e2e'), sources: join(root, 'e2e', 'bench', 'rivals') })
    .filter(({ folder, sources }) => existsSync(join(folder, 'package.json')) && existsSync(sources));
}

/** Size and time of every source, and whether it has been compiled: a few milliseconds instead of a build run. */
function sourceStamp(folders) {
  const hash = createHash('sha256');
  for (const file of [join(root, '.swcrc'), join(root, 'package-lock.json')])
    hash.update(`${file} ${statSync(file).mtimeMs}\n`);
  for (const { folder, sources } of folders) {
    if (!existsSync(join(folder, 'dist'))) hash.update(`not built ${Math.random()}\n`);
    for (const file of [join(folder, 'package.json'), ...filesBelow(sources)]) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

export const nxEnv = () => ({
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
  FORCE_COLOR: '0',
});

/** Compiles what must be, through Nx, when a source has changed since the last time. */
export async function build(node) {
  const folders = projects();
  const stamp = sourceStamp(folders);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.error('Compiling libs and services');
  const names = folders.map(({ folder }) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name);
  const nx = join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const env = nxEnv();
  env.PATH = `${join(node, '..')}:${env.PATH ?? ''}`;
  const done = await run(node, [nx, 'run-many', '-t', 'build', '-p', names.join(','), '--outputStyle=static'], { env });
  if (done.status !== 0)
    throw new Fault(`The build failed:\n${lastLines(done.text, 40)}`, 'mend the source, then try again');
  writeFileSync(stampFile, sourceStamp(projects()));
}
