import { spawn } from 'node:child_process';
import { root } from './folders.mjs';

/** The programs that run now; ended with us. */
const current = new Set();
let asked;

function pass(signal) {
  asked = signal;
  // The terminal sends Ctrl-C to the whole group already; sending it twice would cut a clean stop short.
  if (current.size === 0) process.exit(130);
  if (signal !== 'SIGINT') for (const child of current) child.kill(signal);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal));

/**
 * Runs a program to its end.
 * @returns {Promise<{ status: number, text: string }>} text: what it printed, when not shown
 */
export function run(command, args, { env = process.env, show = false, cwd = root } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    current.add(child);
    let text = '';
    child.stdout?.on('data', (data) => (text += data));
    child.stderr?.on('data', (data) => (text += data));
    child.once('error', failed);
    child.once('close', (code, signal) => {
      current.delete(child);
      if (asked !== undefined && !show) process.exit(130);
      done({ status: code ?? (signal === null ? 1 : 130), text });
    });
  });
}

export const lastLines = (text, count = 20) => text.trimEnd().split('\n').slice(-count).join('\n');
