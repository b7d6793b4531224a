import pg from 'pg';
import type { MigrationClass } from './run-migrations.ts';

const UNDEFINED_TABLE = '42P01';

/** Names of the migrations that a database lacks, in order. `url` may be the service's login. */
export async function pendingMigrations(plan: {
  url: string;
  migrations: readonly MigrationClass[];
}): Promise<string[]> {
  const client = new pg.Client({ connectionString: plan.url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  await client.connect();
  try {
    const applied = await appliedMigrations(client);
    return plan.migrations.map((migration) => migration.name).filter((name) => !applied.has(name));
  } finally {
    await client.end();
  }
}

async function appliedMigrations(client: pg.Client): Promise<Set<string>> {
  try {
    const { rows } = await client.query<{ name: string }>('select name from migrations');
    return new Set(rows.map((row) => row.name));
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return new Set();
    throw error;
  }
}
