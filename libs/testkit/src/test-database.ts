import type { MigrationClass } from '@cashloop/persistence/migrate';
import { databaseOn } from './database-on.ts';
import { stackVariable } from './stack-variable.ts';

/** A database of its own for one suite. */
export interface TestDatabase {
  /** The service's login: neither owner nor superuser, so row-level security binds it. */
  url: string;
  /** Owner of the tables. */
  migratorUrl: string;
  /** Superuser, on the same database. */
  adminUrl: string;
  close(): Promise<void>;
}

/** Makes a database with the migrations applied, copied from a template that is migrated once per set of migrations. */
export function testDatabase(options: { migrations: readonly MigrationClass[] }): Promise<TestDatabase> {
  return databaseOn(stackVariable('TEST_DATABASE_URL'), options);
}
