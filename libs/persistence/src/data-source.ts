import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PersistenceOptions } from './persistence-options.ts';

const DATE_OID = 1082;

/** pg would turn a `date` into a Date at local midnight, which moves business dates by a day: keep its text. */
export const typeParsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === DATE_OID
      ? (text: string) => text
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * A new connection may fail in the very moment in which the pool has handed it out and TypeORM does not listen to it yet:
 * an error that nobody listens to would end the process. Whoever uses the connection next hears of it.
 */
class HeardClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/**
 * TypeORM on a pg pool. Time-outs are set per connection, so that they hold whatever the server's defaults are, and
 * `pipeline` lets statements that do not depend on each other share a round trip.
 */
export function createDataSource(options: PersistenceOptions): DataSource {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  return new DataSource({
    type: 'postgres',
    url: options.url,
    entities: [...(options.entities ?? [])],
    synchronize: false,
    installExtensions: false,
    logging: false,
    extra: {
      Client: HeardClient,
      max: options.poolSize ?? 10,
      application_name: options.applicationName ?? 'cashloop',
      types: typeParsers,
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      statement_timeout: statementTimeoutMs,
      lock_timeout: options.lockTimeoutMs ?? 5_000,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 10_000,
      // A server that answers nothing at all (stopped, unplugged) must not hold us longer than a slow statement may.
      query_timeout: statementTimeoutMs + 5_000,
      // And a client that stopped while it was being sent rows must not hold its locks: nothing else ends such a session.
      options: '-c tcp_user_timeout=10000',
    },
  });
}

/** Connects, waiting for a database that is still starting. */
export async function connect(dataSource: DataSource, waitMs: number): Promise<DataSource> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      return await dataSource.initialize();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
