import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { services } from '../parts.ts';
import { giveBack, isTakenOver, takeOver } from './dev-handover.ts';
import { describeFault, UserFault } from './faults.ts';
import { readJson } from './files.ts';
import { foldersOf } from './folders.ts';
import type { Folders } from './folders.ts';
import { identityOf, isAlive } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';
import { host, portIsFree } from './ports.ts';
import { stopProcess } from './processes.ts';
import { compileOnSave } from './recompile.ts';
import { readRun } from './run-state.ts';
import type { PartRecord } from './run-state.ts';
import { machineEnv, serviceFolder } from './service-command.ts';
import { until } from './waiting.ts';

const say = (text: string): void => console.log(`dev: ${text}`);

function asked(args: readonly string[]): { name: string; inspect: number } {
  const at = args.indexOf('--inspect');
  const name = args.find((arg, index) => !arg.startsWith('--') && (at === -1 || index !== at + 1));
  const known = services.map((service) => service.name);
  if (name === undefined || !known.includes(name))
    throw new UserFault(`${name ?? 'Nothing'} is not a service.`, `npm run dev -- NAME, one of ${known.join(', ')}`);
  const inspect = at === -1 ? 9229 : Number(args[at + 1]);
  if (!Number.isInteger(inspect) || inspect < 1024 || inspect > 65_535)
    throw new UserFault('--inspect wants a port.', `npm run dev -- ${name} --inspect 9230`);
  return { name, inspect };
}

function runningPart(folders: Folders, name: string): PartRecord {
  const run = readRun(folders.state);
  if (run === undefined || !isAlive(run.supervisor))
    throw new UserFault('Cashloop does not run here.', 'npm start -- --detach');
  if (isTakenOver(folders.state, name))
    throw new UserFault(`${name} runs from source already.`, 'end the other npm run dev');
  const part = run.parts.find((one) => one.name === name);
  if (part?.port === undefined) throw new UserFault(`${name} is not running yet.`, 'npm run status');
  return part;
}

/** Plain Node on the compiled files, restarting when one changes: the same program as otherwise, with a debugger port. */
function startFromSource(folders: Folders, name: string, inspect: number): ChildProcess {
  const env =
    readJson<{ services: Record<string, Record<string, string>> }>(join(folders.state, 'env.json'))?.services[name] ??
    {};
  const args = [
    '--watch',
    '--watch-preserve-output',
    `--inspect=${host}:${inspect}`,
    '--enable-source-maps',
    join('dist', 'main.js'),
  ];
  return spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', ...args], {
    cwd: serviceFolder(name),
    env: { ...machineEnv(process.env), ...env, NODE_ENV: 'development' },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** Node's watch mode and the service below it, as a group. */
async function end(identity: ProcessIdentity): Promise<void> {
  await stopProcess(identity, { limitMs: 12_000 });
  try {
    process.kill(-identity.pid, 'SIGKILL');
  } catch {
    // The group is empty, as it should be.
  }
}

async function main(): Promise<void> {
  const { name, inspect } = asked(process.argv.slice(2));
  const folders = foldersOf();
  const part = runningPart(folders, name);
  if (!(await portIsFree(inspect)))
    throw new UserFault(
      `Port ${inspect} for the debugger is taken.`,
      `npm run dev -- ${name} --inspect ${inspect + 1}`,
    );
  const holder = identityOf(process.pid) ?? { pid: process.pid, started: '' };
  const children: ProcessIdentity[] = [];
  takeOver(folders.state, name, { holder, children });
  let leave: () => void = () => undefined;
  const left = new Promise<void>((done) => (leave = done));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave());
  const watchers = compileOnSave(name, say);
  try {
    if (part.identity !== undefined) await stopProcess(part.identity, { limitMs: 15_000 });
    await until(() => portIsFree(part.port ?? 0), { limitMs: 10_000 });
    const child = startFromSource(folders, name, inspect);
    children.push(identityOf(child.pid ?? 0) ?? { pid: child.pid ?? 0, started: '' });
    takeOver(folders.state, name, { holder, children });
    say(
      `${name} runs from source on ${part.url ?? ''}, debugger on ${host}:${inspect}. Ctrl-C puts the compiled one back.`,
    );
    const supervisor = readRun(folders.state)?.supervisor;
    const gone = (async () => {
      while (supervisor !== undefined && isAlive(supervisor)) await sleep(500, undefined, { ref: false });
      say('Cashloop was stopped');
    })();
    await Promise.race([left, gone]);
  } finally {
    for (const watcher of watchers) watcher.close();
    await Promise.all(children.map(end));
    giveBack(folders.state, name);
  }
  await putBack(folders, name);
}

async function putBack(folders: Folders, name: string): Promise<void> {
  const run = readRun(folders.state);
  if (run === undefined || !isAlive(run.supervisor)) return;
  say(`putting the compiled ${name} back`);
  const ready = async (): Promise<boolean> => {
    const part = readRun(folders.state)?.parts.find((one) => one.name === name);
    return part?.state === 'ready' && part.note === undefined;
  };
  await until(ready, { limitMs: 60_000 });
  say(`${name} is ready`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(describeFault(error));
    process.exit(1);
  },
);
