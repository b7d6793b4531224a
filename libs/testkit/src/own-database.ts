import type { MigrationClass } from '@cashloop/persistence/migrate';
import { databaseOn } from './database-on.ts';
import { ownServer, type OwnServer } from './own-server.ts';
import type { TestDatabase } from './test-database.ts';

/** A Postgres of one spec's own, which it may take down, with a database in it. It takes seconds: for specs of just that. */
export interface OwnDatabase extends TestDatabase, Pick<OwnServer, 'freeze'> {
  /** SIGKILL: it crashes. SIGINT: it is restarted, and ends all sessions before. */
  restart(signal: 'SIGKILL' | 'SIGINT', awayMs: number): Promise<void>;
}

export async function ownDatabase(options: { migrations: readonly MigrationClass[] }): Promise<OwnDatabase> {
  const { address, ...server } = await ownServer('postgres');
  try {
    return { ...(await databaseOn(address, options)), ...server }; // the server's close: all is thrown away with it
  } catch (error) {
    await server.close();
    throw error;
  }
}
