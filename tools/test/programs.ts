import { spawn } from 'node:child_process';
import { appendFileSync, createWriteStream } from 'node:fs';
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

/** Runs a program to its end, its output in a file. A program that cannot be started counts as failed. */
export function runProgram(
  command: string,
  args: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv,
  cwd = root,
): Promise<Outcome> {
  const startedMs = Date.now();
  if (ended) return Promise.resolve({ status: 130, ms: 0 });
  appendFileSync(log, `$ ${[command, ...args].join(' ')}\n`);
  return new Promise((done) => {
    const out = createWriteStream(log, { flags: 'a' });
    const end = (status: number): void => {
      out.end();
      done({ status, ms: Date.now() - startedMs });
    };
    // A group of its own: an interrupted run can then end its grandchildren too.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const identity = child.pid === undefined ? undefined : identityOf(child.pid);
    if (identity !== undefined) running.add(identity);
    child.stdout.pipe(out, { end: false });
    child.stderr.pipe(out, { end: false });
    child.once('error', (error) => {
      appendFileSync(log, `${error.message}\n`);
      end(127);
    });
    child.once('close', (code) => {
      if (identity !== undefined) running.delete(identity);
      end(code ?? 1);
    });
  });
}

/** Ends what still runs, with everything it started. From now on nothing new is started: the steps to come must not. */
export async function endAll(): Promise<void> {
  ended = true;
  for (const identity of running) {
    try {
      process.kill(-identity.pid, 'SIGTERM');
    } catch {
      // Gone meanwhile.
    }
  }
  await Promise.all([...running].map((identity) => stopProcess(identity, { limitMs: 10_000 })));
}
