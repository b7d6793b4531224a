import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../../local/faults.ts';
import { foldersOf } from '../../local/folders.ts';
import { envName, services } from '../../parts.ts';

interface StoredEnvironment {
  services: Record<string, Record<string, string> | undefined>;
  migrators: Record<string, string | undefined>;
}

/** What `npm start` wrote down about the system it runs; empty when it never ran. */
function stored(): StoredEnvironment {
  const file = join(foldersOf().state, 'env.json');
  if (!existsSync(file)) return { services: {}, migrators: {} };
  return JSON.parse(readFileSync(file, 'utf8')) as StoredEnvironment;
}

/** @throws a sentence with the known names */
export function knownService(name: string): string {
  const names = services.map((service) => service.name);
  if (names.includes(name)) return name;
  throw new UserFault(`There is no service "${name}".`, `name one of ${names.join(', ')}`);
}

/** A setting of a service: from the environment, else from the running local system. */
export function serviceSetting(service: string, name: string): string | undefined {
  return process.env[name] ?? stored().services[service]?.[name];
}

/** URL of a service's login. @throws a sentence that says how to give one */
export function databaseUrlOf(service: string): string {
  const name = `${envName(knownService(service))}_DATABASE_URL`;
  const url = serviceSetting(service, name);
  if (url !== undefined) return url;
  throw new UserFault(`It is not known where ${service} keeps its data.`, `npm start, or set ${name}`);
}

/** URL of the owner of a service's tables, or undefined. */
export function migratorUrlOf(service: string): string | undefined {
  return process.env[`${envName(service)}_MIGRATOR_URL`] ?? stored().migrators[service];
}
