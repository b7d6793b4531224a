import pg from 'pg';
import { UserFault } from '../../local/faults.ts';
import { migratorUrlOf } from '../connect/service-environment.ts';
import type { Query } from './compliance-code.ts';

/** Runs `fn` on one moment of the vault, as the owner of its tables: only the owner sees the records of all orgs. */
export async function inVaultSnapshot<T>(fn: (query: Query) => Promise<T>): Promise<T> {
  const url = migratorUrlOf('compliance');
  if (url === undefined) {
    throw new UserFault('It is not known who owns the vault.', 'npm start, or set COMPLIANCE_MIGRATOR_URL');
  }
  const client = new pg.Client({
    connectionString: url,
    application_name: 'cashloop vault verify',
    connectionTimeoutMillis: 5_000,
  });
  await client.connect().catch((error: unknown) => {
    throw new UserFault(`The database of compliance does not answer: ${String(error)}`, 'npm run status');
  });
  try {
    await client.query('begin isolation level repeatable read read only');
    return await fn(async (sql, params) => (await client.query(sql, params)).rows as never[]);
  } finally {
    await client.end();
  }
}
