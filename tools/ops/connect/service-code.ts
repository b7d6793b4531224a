// What a service says about itself to the operator's commands: exports of its module file, loaded compiled, since tools
// do not import services.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationClass } from '@cashloop/persistence/migrate';
import { root } from '../../local/folders.ts';
import { services } from '../../parts.ts';

const fileOf = (service: string): string => join(root, 'services', service, 'dist', `${service}.module.js`);

/** The export `name` of every service that has one. Only these are loaded: loading a service takes a moment. */
export async function exportsNamed<T>(name: string): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (const { name: service } of services) {
    const value = await exportOf<T>(service, name);
    if (value !== undefined) found.set(service, value);
  }
  return found;
}

/** The export `name` of one service, if its module file has it. */
export async function exportOf<T>(service: string, name: string): Promise<T | undefined> {
  const file = fileOf(service);
  const told = new RegExp(`\\bexport\\b.*\\b${name}\\b`);
  if (!existsSync(file) || !told.test(readFileSync(file, 'utf8'))) return undefined;
  return ((await import(pathToFileURL(file).href)) as Record<string, T | undefined>)[name];
}

/** The migrations of a service; none when it has no tables. */
export async function migrationsOf(service: string): Promise<MigrationClass[]> {
  const file = join(root, 'services', service, 'dist', 'migrations', 'index.js');
  if (!existsSync(file)) return [];
  return ((await import(pathToFileURL(file).href)) as { migrations?: MigrationClass[] }).migrations ?? [];
}
