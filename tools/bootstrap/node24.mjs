import { copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Fault, alone, parts, root } from './folders.mjs';
import { lastLines, run } from './run.mjs';

const wanted = 24;

/** npm's own program file, so that it can run under another Node than the one it came with. */
export function npmProgram() {
  const told = process.env.npm_execpath;
  if (told !== undefined && /npm-cli\.c?js$/.test(told) && existsSync(told)) return told;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'npm');
    if (!existsSync(file)) continue;
    const real = realpathSync(file);
    if (real.endsWith('npm-cli.js')) return real;
  }
  throw new Fault('npm is missing.', 'install npm 10 or later, then try again');
}

/** Settings a user may have for other projects and that would leave out what we need. */
export function npmEnv() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (
      /^npm_config_(local_prefix|prefix|omit|only|production|include|dry_run|global|location|package_lock)$/i.test(name)
    )
      delete env[name];
  }
  delete env.NODE_ENV;
  return env;
}

async function fetchNode(folder) {
  console.error(`Fetching Node ${wanted} (this machine has ${process.versions.node})`);
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(root, 'tools', 'bootstrap', 'node24', name), join(folder, name));
  const args = [
    npmProgram(),
    'ci',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--engine-strict=false',
    '--include=optional',
    '--no-audit',
    '--no-fund',
  ];
  return run(process.execPath, args, { env: npmEnv(), cwd: folder });
}

/** The machine's own Node when it is new enough, else one from npm, fetched once. */
export async function node24() {
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath;
  const folder = join(parts, 'node');
  const program = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(program)) return program;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Fault(
      `Cashloop runs on Node ${wanted}; this is ${process.versions.node} on ${process.platform} ${process.arch}.`,
      `install Node ${wanted} (macOS: brew install node@24), then try again`,
    );
  }
  const done = await alone(() => (existsSync(program) ? { status: 0, text: '' } : fetchNode(folder)));
  if (done.status !== 0 || !existsSync(program)) {
    throw new Fault(
      `npm could not fetch Node ${wanted}:\n${lastLines(done.text)}`,
      'check network, proxy and npm settings, or install Node 24',
    );
  }
  return program;
}
