import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRun } from './run-state.ts';

/** Prints what is added to a file since the last call. */
function reader(file: string): () => void {
  let at = 0;
  return () => {
    const fd = openSync(file, 'r');
    try {
      const size = fstatSync(fd).size;
      if (size <= at) return;
      const buffer = Buffer.alloc(size - at);
      at += readSync(fd, buffer, 0, buffer.length, at);
      process.stdout.write(buffer);
    } finally {
      closeSync(fd);
    }
  };
}

/**
 * Shows the progress of a detached supervisor until it is ready or has ended. Ctrl-C stops the start.
 * @returns the exit status of `npm start -- --detach`
 */
export async function followStart(child: ChildProcess, log: string, stateFolder: string): Promise<number> {
  const show = reader(log);
  let ended: number | undefined;
  child.once('exit', (code) => (ended = code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGTERM'));
  while (ended === undefined) {
    show();
    const run = readRun(stateFolder);
    if (run?.supervisor.pid === child.pid && run?.phase === 'ready') break;
    await sleep(100);
  }
  // Its last words may come a moment after its last note.
  await sleep(100);
  show();
  child.unref();
  return ended ?? 0;
}
