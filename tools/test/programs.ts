import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { identityOf } from '../local/identity.ts';
import type { ProcessIdentity } from '../local/identity.ts';
import { root } from '../local/folders.ts';
import { stopProcess } from '../local/processes.ts';

export interface Outcome {
  status: number;
  ms: number;
}

const running = new Set<ProcessIdentity>();
let ended = false;

/** Longer than any step takes on a slow machine; a program that hangs must end with its log, not with ours. */
const longestMs = 15 * 60_000;

function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(-identity.pid, signal);
  } catch {
    // Gone meanwhile.
  }
}

/**
 * Runs a program to its end, its output in a file. A program that cannot be started, or has not ended after `limitMs`,
 * counts as failed; in the second case all it started is ended too.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv,
  { cwd = root, limitMs = longestMs }: { cwd?: string | undefined; limitMs?: number | undefined } = {},
): Promise<Outcome> {
  const startedMs = Date.now();
  if (ended) return Promise.resolve({ status: 130, ms: 0 });
  appendFileSync(log, `$ ${[command, ...args].join(' ')}\n`);
  return new Promise((done) => {
    // A file and no pipe: a pipe stays open as long as any grandchild lives.
    const out = openSync(log, 'a');
    // A group of its own: an interrupted run can then end its grandchildren too.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', out, out] });
    closeSync(out);
    const identity = child.pid === undefined ? undefined : identityOf(child.pid);
    if (identity !== undefined) running.add(identity);
    const timer = setTimeout(() => {
      appendFileSync(log, `Not done after ${Math.round(limitMs / 1000)} s: ended.\n`);
      if (identity === undefined) return;
      signalGroup(identity, 'SIGTERM');
      setTimeout(() => signalGroup(identity, 'SIGKILL'), 10_000).unref();
    }, limitMs);
    const end = (status: number): void => {
      clearTimeout(timer);
      if (identity !== undefined) running.delete(identity);
      done({ status, ms: Date.now() - startedMs });
    };
    child.once('error', (error) => {
      appendFileSync(log, `${error.message}\n`);
      end(127);
    });
    child.once('exit', (code) => end(code ?? 1));
  });
}

/** Ends what still runs, with everything it started. From now on nothing new is started: the steps to come must not. */
export async function endAll(): Promise<void> {
  ended = true;
  for (const identity of running) signalGroup(identity, 'SIGTERM');
  await Promise.all([...running].map((identity) => stopProcess(identity, { limitMs: 10_000 })));
}
