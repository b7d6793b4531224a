// What a service says about itself to the operator's commands: exports of its module file, loaded compiled, since tools
// do not import services.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { handledProjections } from '@cashloop/messaging/ops';
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

/** The projections that a service builds, as it is compiled here. @returns undefined when it is not compiled */
export async function projectionsBuiltBy(service: string): Promise<Set<string> | undefined> {
  const file = fileOf(service);
  if (!existsSync(file)) return undefined;
  const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  return Object.values(exported)
    .map(handledProjections)
    .find((found) => found !== undefined);
}

/** The migrations of a service; none when it has no tables. */
export async function migrationsOf(service: string): Promise<MigrationClass[]> {
  const file = join(root, 'services', service, 'dist', 'migrations', 'index.js');
  if (!existsSync(file)) return [];
  return ((await import(pathToFileURL(file).href)) as { migrations?: MigrationClass[] }).migrations ?? [];
}
