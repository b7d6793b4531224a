import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { type MigrationClass, runMigrations } from '@cashloop/persistence/migrate';
import type { TestDatabase } from './test-database.ts';
import { withTestRoles, TEST_LOGIN, TEST_MIGRATOR } from './test-roles.ts';

/** Makes a database on the server, copied from a template there that is migrated once per set of migrations. */
export async function databaseOn(
  adminUrl: string,
  options: { migrations: readonly MigrationClass[] },
): Promise<TestDatabase> {
  const database = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await withAdmin(adminUrl, async (admin) => {
    const template = await ensureTemplate(admin, adminUrl, options.migrations);
    await admin.query(`create database ${database} template ${template} owner ${TEST_MIGRATOR}`);
  });
  return {
    url: urlOf(adminUrl, database, TEST_LOGIN),
    migratorUrl: urlOf(adminUrl, database, TEST_MIGRATOR),
    adminUrl: urlOf(adminUrl, database),
    close: () =>
      withAdmin(
        adminUrl,
        async (admin) => void (await admin.query(`drop database if exists ${database} with (force)`)),
      ),
  };
}

/** Suites start at the same moment: the first one builds the template, the others wait for it. */
async function ensureTemplate(
  admin: pg.Client,
  adminUrl: string,
  migrations: readonly MigrationClass[],
): Promise<string> {
  const name = `template_${hashOf(migrations)}`;
  await admin.query(`select pg_advisory_lock(hashtext('cashloop:test-template'))`);
  try {
    const found = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await buildTemplate(admin, adminUrl, name, migrations);
  } finally {
    await admin.query(`select pg_advisory_unlock(hashtext('cashloop:test-template'))`);
  }
  return name;
}

/** Builds under another name first: a template that was left half migrated is never taken for a whole one. */
async function buildTemplate(
  admin: pg.Client,
  adminUrl: string,
  name: string,
  migrations: readonly MigrationClass[],
): Promise<void> {
  await withTestRoles(admin);
  const building = `${name}_building`;
  await admin.query(`drop database if exists ${building} with (force)`);
  await admin.query(`create database ${building} owner ${TEST_MIGRATOR}`);
  await runMigrations({ migratorUrl: urlOf(adminUrl, building, TEST_MIGRATOR), serviceRole: TEST_LOGIN, migrations });
  await admin.query(`alter database ${building} rename to ${name}`);
}

/** An edited migration makes another template. */
function hashOf(migrations: readonly MigrationClass[]): string {
  const hash = createHash('sha256');
  for (const migration of migrations) hash.update(`${migration.name}\n${migration.toString()}\n`);
  return hash.digest('hex').slice(0, 16);
}

async function withAdmin(url: string, fn: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await fn(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(adminUrl: string, database: string, role?: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  if (role !== undefined) {
    url.username = role;
    url.password = role;
  }
  return url.href;
}
