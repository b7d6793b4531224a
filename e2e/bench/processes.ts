import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const running = new Set<ChildProcess>();
const closers: (() => Promise<void>)[] = [];
let started = 0;

/** Something else that must not outlive the benchmark: servers, workers of the drill. Last come, first ended. */
export const atEnd = (close: () => Promise<void>): void => void closers.push(close);

/** Ends whatever still runs: after a failed round nothing may hold a port. Programs first, then what they stand on. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map(end));
  for (const close of closers.splice(0).reverse()) {
    await close().catch((error: Error) => void process.stderr.write(`could not be ended: ${error.message}\n`));
  }
}

/**
 * Runs a compiled program with an environment of its own; its output goes to a file that an early end shows.
 * @param gated opens a channel over which the program waits for `open`
 */
export function run(script: string, env: Record<string, string>, gated = false): ChildProcess {
  const log = join(tmpdir(), `cashloop-bench-${process.pid}-${(started += 1)}.log`);
  const out = openSync(log, 'w');
  const child = spawn(process.execPath, [join(root, script)], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: gated ? ['ignore', out, out, 'ipc'] : ['ignore', out, out],
  });
  closeSync(out);
  running.add(child);
  child.once('exit', (code) => {
    running.delete(child);
    if (code !== 0 && code !== null)
      process.stderr.write(`${script} ended with ${code}:\n${readFileSync(log, 'utf8').slice(-3000)}\n`);
    rmSync(log, { force: true });
  });
  return child;
}

/** Resolves when a gated program stands at its gate. */
export const atGate = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the program ended with ${code} before it was ready`)));
  });

/** Lets a gated program go on. */
export const open = (child: ChildProcess): void => void child.send('open');

/** Ends a process and waits for its end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(hard);
}
