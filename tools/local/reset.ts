import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { portBase } from '../parts.ts';
import { addressesOf } from './addresses.ts';
import { describeFault, UserFault } from './faults.ts';
import { readJson } from './files.ts';
import { foldersOf } from './folders.ts';
import type { Folders } from './folders.ts';
import { isAlive } from './identity.ts';
import { outsideFolderOf } from './postgres-user.ts';
import { readRun } from './run-state.ts';

/** Half a reset is worse than none: with a foreign server in play its databases or topics would stay behind. */
function refuseExternal(folders: Folders): void {
  const now = addressesOf(portBase()).external;
  const noted = readJson<{ servers: Record<string, string> }>(join(folders.data, 'format.json'))?.servers ?? {};
  const run =
    readRun(folders.state)
      ?.parts.filter((part) => part.external === true)
      .map((part) => part.name) ?? [];
  const external = new Set([
    ...Object.entries(now)
      .filter(([, is]) => is)
      .map(([name]) => name),
    ...Object.entries(noted)
      .filter(([, where]) => where !== 'ours')
      .map(([name]) => name),
    ...run,
  ]);
  if (external.size === 0) return;
  throw new UserFault(
    `Cashloop uses servers of yours (${[...external].join(', ')}): it does not delete anything there, so it resets nothing.`,
    `remove its databases and topics there yourself, then delete ${folders.data} and ${folders.state}`,
  );
}

function refuseRunning(folders: Folders): void {
  const run = readRun(folders.state);
  if (run === undefined) return;
  const alive = run.parts
    .filter((part) => part.identity !== undefined && isAlive(part.identity))
    .map((part) => part.name);
  if (isAlive(run.supervisor) || alive.length > 0)
    throw new UserFault('Cashloop runs here.', 'npm stop, then npm run reset');
}

async function confirmed(folders: Folders): Promise<boolean> {
  if (process.argv.includes('--yes')) return true;
  if (!process.stdin.isTTY) throw new UserFault('Nobody is here to confirm.', 'npm run reset -- --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Remove all data, logs and secrets in ${folders.home}? (yes/no) `);
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

/** Moves everything aside first: either all can be moved, or nothing is removed. */
function removeAll(folders: string[]): void {
  const there = folders.filter((folder) => existsSync(folder));
  const moved: [string, string][] = [];
  try {
    for (const folder of there) {
      const aside = `${folder}.removed-${process.pid}`;
      renameSync(folder, aside);
      moved.push([folder, aside]);
    }
  } catch (error) {
    for (const [folder, aside] of moved.reverse()) renameSync(aside, folder);
    throw new UserFault(
      `Nothing was removed: ${error instanceof Error ? error.message : String(error)}.`,
      'mend the permissions, then npm run reset',
    );
  }
  for (const [, aside] of moved) rmSync(aside, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const folders = foldersOf();
  const unknown = process.argv.slice(2).find((arg) => arg !== '--yes');
  if (unknown !== undefined) throw new UserFault(`npm run reset does not know ${unknown}.`, 'npm run reset -- --help');
  refuseExternal(folders);
  refuseRunning(folders);
  const outside = outsideFolderOf(folders.home);
  // The loader's notes name customers that are then gone.
  const notes = join(folders.home, 'load');
  const all = [folders.data, folders.logs, notes, ...(outside === undefined ? [] : [outside]), folders.state];
  if (!all.some((folder) => existsSync(folder))) return console.log('There is nothing to remove.');
  if (!(await confirmed(folders))) return console.log('Nothing was removed.');
  removeAll(all);
  console.log('Removed. What was downloaded is kept. Next: npm start');
}

main().catch((error: unknown) => {
  console.error(describeFault(error));
  process.exitCode = 1;
});
