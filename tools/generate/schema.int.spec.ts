import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { MigrationClass } from '@cashloop/persistence/migrate';
import { testDatabase } from '@cashloop/testkit';
import { root } from '../local/folders.ts';
import { migrationsOf } from '../ops/connect/service-code.ts';
import { databaseOf, services } from '../parts.ts';
import { schemaText } from './catalog.ts';

const fileOf = (service: string): string =>
  readFileSync(join(root, 'services', service, 'src', 'migrations', 'schema.sql'), 'utf8');

/** Logins have other names in tests. */
const withoutGrants = (text: string): string => text.replaceAll(/^grant .*\n/gm, '').trim();

async function inDatabase<T>(migrations: readonly MigrationClass[], fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const database = await testDatabase({ migrations });
  const client = new pg.Client({ connectionString: database.migratorUrl });
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
    await database.close();
  }
}

test.each(services.map(({ name }) => name))(
  'schema.sql of %s says what its migrations make, and makes it',
  async (name) => {
    const file = fileOf(name);
    expect(file).toContain(` to ${databaseOf(name).login};`);
    const migrated = await inDatabase(await migrationsOf(name), schemaText);
    expect(withoutGrants(file.replace(/^--.*\n/, ''))).toBe(withoutGrants(migrated));
    const loaded = await inDatabase([], async (client) => {
      await client.query(withoutGrants(file));
      return schemaText(client);
    });
    expect(withoutGrants(loaded)).toBe(withoutGrants(migrated));
  },
);
