import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../local/folders.ts';

interface Entry {
  version?: string;
  link?: boolean;
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
export interface Lock {
  packages: Record<string, Entry>;
}

/** Platforms on which `npm ci` must work. */
export const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64'];

/** Some packages name their platforms in other words. */
const synonyms: Record<string, RegExp> = {
  'linux-x64': /linux-(x64|x86_64|amd64)/,
  'linux-arm64': /linux-(arm64|aarch64)/,
  'darwin-arm64': /darwin-(arm64|aarch64)/,
};

/** Looks a name up as Node does: in the package's own node_modules, then further and further out. */
function found(lock: Lock, from: string, name: string): boolean {
  for (
    let at = from;
    ;
    at = at.includes('node_modules/') ? dirname(at.replace(/\/node_modules\/(?:@[^/]+\/)?[^/]+$/, '/x')) : ''
  ) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock.packages[path] !== undefined) return true;
    if (at === '' || at === '.') return lock.packages[`node_modules/${name}`] !== undefined;
  }
}

/**
 * What `npm ci` would find missing: a dependency without an entry, or an optional package of one of our platforms
 * without one (npm leaves these out of the lock when the registry lagged behind at the time it was made).
 */
export function missingEntries(lock: Lock): string[] {
  return Object.entries(lock.packages).flatMap(([path, entry]) => {
    const from = entry.link === true && entry.resolved !== undefined ? entry.resolved : path;
    const required = Object.keys(entry.dependencies ?? {}).filter(
      (name) => !(name in (entry.optionalDependencies ?? {})),
    );
    const optional = Object.keys(entry.optionalDependencies ?? {}).filter((name) =>
      platforms.some((one) => synonyms[one]?.test(name)),
    );
    return [...required, ...optional]
      .filter((name) => !found(lock, from, name))
      .map((name) => `${name} (wanted by ${path === '' ? 'the root' : path})`);
  });
}

if (import.meta.main) {
  const missing = missingEntries(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock);
  for (const one of missing) console.error(`package-lock.json lacks ${one}`);
  if (missing.length > 0)
    console.error(
      'Next: pin the parent to a version whose platform packages can be had, delete node_modules, npm install',
    );
  else console.log(`package-lock.json is complete for ${platforms.join(', ')}`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
