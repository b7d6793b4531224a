import pg from 'pg';
import type { Query } from '@cashloop/messaging/ops';
import { UserFault } from '../../local/faults.ts';
import { databaseUrlOf } from './service-environment.ts';

export type Row = Record<string, string | number | boolean | Date | null>;

/** Runs `fn` in one transaction on the database of a service, with the service's own login. */
export async function inDatabaseOf<T>(service: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrlOf(service),
    application_name: 'cashloop ops',
    connectionTimeoutMillis: 5_000,
    lock_timeout: 10_000,
  });
  await connected(client, service);
  try {
    await client.query('begin');
    const result = await fn(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

async function connected(client: pg.Client, service: string): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    const words = error instanceof AggregateError ? String(error.errors[0]) : String(error);
    throw new UserFault(`The database of ${service} does not answer: ${words}`, 'npm run status');
  }
}

/** The client as the operations of messaging know it. */
export const queryOn =
  (client: pg.Client): Query =>
  async <R>(sql: string, params: unknown[] = []) =>
    (await client.query(sql, params)).rows as R[];
