import type { Command } from 'commander';
import { MigrationFailed, runMigrations } from '@cashloop/persistence/migrate';
import { UserFault } from '../local/faults.ts';
import { databaseOf, envName, services } from '../parts.ts';
import { migrationsOf } from './connect/service-code.ts';
import { knownService, migratorUrlOf, serviceSetting } from './connect/service-environment.ts';

/** The login as the service's own URL names it: outside the local system it may be called otherwise. */
function loginOf(service: string): string {
  const url = serviceSetting(service, `${envName(service)}_DATABASE_URL`);
  return url === undefined ? databaseOf(service).login : decodeURIComponent(new URL(url).username);
}

async function migrateOne(service: string): Promise<string> {
  const migrations = await migrationsOf(service);
  if (migrations.length === 0) return `${service}: has no tables`;
  const migratorUrl = migratorUrlOf(service);
  if (migratorUrl === undefined) {
    throw new UserFault(
      `It is not known who owns the tables of ${service}.`,
      `npm start, or set ${envName(service)}_MIGRATOR_URL`,
    );
  }
  const applied = await runMigrations({ migratorUrl, serviceRole: loginOf(service), migrations });
  return applied.length === 0 ? `${service}: nothing to do` : `${service}: ${applied.join(', ')}`;
}

async function migrate(names: string[]): Promise<void> {
  const wanted = names.length > 0 ? names.map(knownService) : services.map((service) => service.name);
  for (const service of wanted) {
    try {
      console.log(await migrateOne(service));
    } catch (error) {
      if (!(error instanceof MigrationFailed)) throw error;
      throw new UserFault(error.message, `mend the migration, then npm run ops -- migrate ${service}`);
    }
  }
}

export function register(program: Command): void {
  program
    .command('migrate [services...]')
    .description('bring databases up to date, of all services or of those named; run it before the services start')
    .addHelpText('after', '\nExample: npm run ops -- migrate credit-scoring')
    .action(migrate);
}
