import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import pg from 'pg';
import { testBroker, testDatabase, type TestBroker, type TestDatabase } from '@cashloop/testkit';

const root = join(import.meta.dirname, '../..');

/** How a database commits. `fast`: without waiting for the disk. `durable`: it waits, and many share one wait. */
export type Regime = 'fast' | 'durable';

const settings: Record<Regime, Record<string, string | number>> = {
  fast: { synchronous_commit: 'off' },
  durable: { synchronous_commit: 'on', commit_delay: 2_000, commit_siblings: 0 },
};

/** A database and topics of one run. */
export interface Stage {
  database: TestDatabase;
  broker: TestBroker;
  /** Superuser: row-level security does not hide rows from it. */
  admin: pg.Client;
  /** When it was opened: a topic may hold what an earlier stage's service told. */
  openedMs: number;
  close(): Promise<void>;
}

/** @param migrations compiled module whose `migrations` the database gets; none for an empty one */
export async function openStage(regime: Regime, migrations?: string): Promise<Stage> {
  const database = await testDatabase(migrations === undefined ? { migrations: [] } : await load(migrations));
  const broker = await testBroker();
  const admin = new pg.Client({ connectionString: database.adminUrl });
  admin.on('error', () => undefined); // shows as the next question's rejection
  await admin.connect();
  for (const [setting, value] of Object.entries(settings[regime])) {
    await admin.query(`alter database ${new URL(database.adminUrl).pathname.slice(1)} set ${setting} = ${value}`);
    await admin.query(`set ${setting} = ${value}`); // this session is open already, and measures a commit later
  }
  const close = async (): Promise<void> => {
    await admin.end();
    await broker.close();
    await database.close();
  };
  return { database, broker, admin, openedMs: Date.now(), close };
}

/** The migrations in a compiled module. */
export const load = (file: string): Promise<Parameters<typeof testDatabase>[0]> =>
  import(pathToFileURL(join(root, file)).href) as never;

/** One number of a query's first row, called `n`; 0 while its table is not there yet. */
export async function count(client: pg.Client, sql: string): Promise<number> {
  try {
    const { rows } = await client.query<{ n: string | null }>(sql);
    return Number(rows[0]?.n ?? 0);
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return 0;
    throw error;
  }
}

/** @param what stands in the error */
export async function waitUntil(check: () => Promise<boolean>, limitMs = 60_000, what = 'the service'): Promise<void> {
  const until = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > until) throw new Error(`${what} did not get ready within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
