import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import pg from 'pg';
import { testDatabase } from '@cashloop/testkit';

const root = join(import.meta.dirname, '../..');

/** A database that may be away for a while: every question is asked until it is answered. */
export class Database {
  readonly url: string;
  readonly adminUrl: string;

  private constructor(url: string, adminUrl: string) {
    this.url = url;
    this.adminUrl = adminUrl;
  }

  /** @param service whose migrations it gets; none for an empty one */
  static async make(service?: string): Promise<Database> {
    const file = service && pathToFileURL(join(root, 'services', service, 'dist/migrations/index.js')).href;
    const { migrations } = file ? ((await import(file)) as Parameters<typeof testDatabase>[0]) : { migrations: [] };
    const { url, adminUrl } = await testDatabase({ migrations });
    return new Database(url, adminUrl);
  }

  async query<R>(sql: string, params: unknown[] = [], tries = 100): Promise<R[]> {
    for (;;) {
      const client = new pg.Client({
        connectionString: this.adminUrl,
        connectionTimeoutMillis: 2_000,
        query_timeout: 20_000,
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return (await client.query(sql, params)).rows as R[];
      } catch (error) {
        if ((tries -= 1) <= 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  async number(sql: string, params: unknown[] = [], tries = 100): Promise<number> {
    const [row] = await this.query<{ n: string | null }>(sql, params, tries);
    return Number(row?.n ?? 0);
  }
}
