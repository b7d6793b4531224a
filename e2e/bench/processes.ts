import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Runs a compiled program with an environment of its own; its output goes to a file that an early end shows. */
export function run(script: string, env: Record<string, string>): ChildProcess {
  const log = join(tmpdir(), `cashloop-bench-${process.pid}.log`);
  const out = openSync(log, 'w');
  const child = spawn(process.execPath, [join(root, script)], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', out, out],
  });
  child.once('exit', (code) => {
    if (code !== 0 && code !== null)
      process.stderr.write(`${script} ended with ${code}:\n${readFileSync(log, 'utf8').slice(-3000)}\n`);
  });
  return child;
}

/** Ends a process and waits for its end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(hard);
}
