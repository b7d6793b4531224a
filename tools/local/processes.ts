import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';
import { UserFault } from './faults.ts';

export interface Command {
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  log: string;
  uid?: number;
  gid?: number;
}

export interface Running {
  identity: ProcessIdentity;
  child: ChildProcess;
  /** Why it ended, or undefined while it runs. */
  ended(): string | undefined;
}

/** Starts a program in a process group of its own (Ctrl-C in the terminal reaches only us), its output in a file. */
export async function launch(command: Command): Promise<Running> {
  const log = openSync(command.log, 'a', 0o600);
  const child = spawn(command.command, command.args, {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...(command.uid === undefined ? {} : { uid: command.uid }),
    ...(command.gid === undefined ? {} : { gid: command.gid }),
  });
  closeSync(log);
  await new Promise<void>((done, failed) => {
    child.once('spawn', done);
    child.once('error', (error) =>
      failed(new UserFault(`${command.command} cannot be started: ${error.message}.`, 'npm run doctor')),
    );
  });
  let reason: string | undefined;
  child.once('exit', (code, signal) => {
    reason = signal === null ? `it ended with status ${code ?? '?'}` : `it was ended by ${signal}`;
  });
  const pid = child.pid ?? 0;
  return { child, identity: identityOf(pid) ?? { pid, started: 'gone' }, ended: () => reason };
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals, group: boolean): void {
  try {
    process.kill(group ? -identity.pid : identity.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

/**
 * Stops one process: asks first, forces after the limit, and never touches a recycled number.
 * @returns 'gone' when nothing ran, 'stopped' when it went by itself, 'killed' when it had to be forced.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  { first = 'SIGTERM', limitMs = 15_000 }: { first?: NodeJS.Signals; limitMs?: number } = {},
): Promise<'gone' | 'stopped' | 'killed'> {
  if (!isAlive(identity)) return 'gone';
  signal(identity, first, false);
  // A stopped process (SIGSTOP) takes no SIGTERM before it runs again.
  signal(identity, 'SIGCONT', false);
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (!isAlive(identity)) return 'stopped';
    await sleep(50);
  }
  signal(identity, 'SIGKILL', true);
  while (isAlive(identity)) await sleep(20);
  return 'killed';
}
