import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from './main.ts';
import { valueLine } from './report.ts';

const root = join(import.meta.dirname, '../..');
const goalS = 180;

/** A clone of the last commit in an empty folder, then npm start: it says ready only once a customer is on hold. */
export async function freshBench(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cashloop-fresh-'));
  const clone = join(folder, 'cashloop');
  try {
    must(spawnSync('git', ['clone', '--quiet', root, clone], { encoding: 'utf8' }));
    const start = performance.now();
    const said = must(npm(clone, 'start', '--', '--detach', '--no-live'));
    const seconds = (performance.now() - start) / 1000;
    const holds = Number(/(\d+) on hold/.exec(said)?.[1] ?? 0);
    if (holds === 0) throw new Error(`nobody is on hold:\n${said.slice(-1000)}`);
    return [{ ...valueLine('fresh-clone', seconds, 's', goalS), holds: seconds <= goalS }];
  } finally {
    npm(clone, 'stop');
    npm(clone, 'run', 'reset', '--', '--yes');
    rmSync(folder, { recursive: true, force: true });
  }
}

const npm = (cwd: string, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync('npm', args, { cwd, encoding: 'utf8', env: { ...process.env, CASHLOOP_PORT_BASE: '19880' } });

function must({ status, stdout, stderr }: SpawnSyncReturns<string>): string {
  if (status !== 0) throw new Error(`${stdout}${stderr}`.slice(-3000));
  return stdout;
}
