import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The clone. */
export const root = resolve(import.meta.dirname, '..', '..');
/** What is downloaded; survives `npm run reset`. */
export const partsFolder = join(root, '.cashloop', 'parts');

export interface Folders {
  /** Everything below is made at start and removed by `npm run reset`. */
  home: string;
  /** Secrets, run state, format version: 0700, files 0600. */
  state: string;
  data: string;
  logs: string;
}

/** The folders of one stack. CASHLOOP_HOME gives a second stack of the same clone (tests, benchmarks) its own. */
export function foldersOf(home = process.env['CASHLOOP_HOME'] ?? join(root, '.cashloop')): Folders {
  const base = resolve(root, home);
  return { home: base, state: join(base, 'state'), data: join(base, 'data'), logs: join(base, 'logs') };
}

export function makeFolders(folders: Folders): void {
  mkdirSync(folders.home, { recursive: true });
  mkdirSync(folders.state, { recursive: true, mode: 0o700 });
  mkdirSync(folders.data, { recursive: true, mode: 0o700 });
  mkdirSync(folders.logs, { recursive: true, mode: 0o700 });
}

/** The nearest folder on the way up that exists: checks must not make folders. */
export function nearestExisting(folder: string): string {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
