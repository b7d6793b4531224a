import pg from 'pg';
import type { OutgoingEvent } from '@cashloop/events';
import type { Query } from '@cashloop/messaging/ops';
import { outboxStatement } from '@cashloop/messaging/outbox';
import { UserFault } from '../../local/faults.ts';
import { databaseUrlOf } from './service-environment.ts';

export type Row = Record<string, string | number | boolean | Date | null>;

/** Clients whose transaction leaves events in the outbox. */
const publishing = new WeakSet<pg.Client>();

/**
 * Runs `fn` in one transaction on the database of a service, with the service's own login. Its relay is told of events
 * only after the commit: NOTIFY holds a lock over a commit, and those of the service would queue behind ours.
 */
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
    // One that gets lost costs a poll of the relay, no more.
    if (publishing.has(client)) await client.query('notify cashloop_outbox').catch(() => undefined);
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

/** Stores events in the outbox of a service, in the transaction that `inDatabaseOf` opened for this client. */
export async function storeEvents(client: pg.Client, events: readonly OutgoingEvent[], service: string): Promise<void> {
  if (events.length === 0) return;
  const { sql, params } = outboxStatement(events, service);
  await client.query(sql, params as unknown[]);
  publishing.add(client);
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
