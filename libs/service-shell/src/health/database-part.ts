import { pendingMigrations } from '@cashloop/persistence';
import type { DataSource } from 'typeorm';
import type { HealthPart } from './health-parts.ts';

/** Answers, and every migration of this program is applied. Once they are, they stay: they are not asked for again. */
export function databasePart(database: DataSource, url: string, migrations: readonly Function[]): HealthPart {
  let migrated = false;
  return {
    name: 'database',
    check: async () => {
      await database.query('select 1');
      const pending = migrated ? [] : await pendingMigrations({ url, migrations });
      migrated = pending.length === 0;
      if (migrated) return { status: 'up', migrations: migrations.length };
      return {
        status: 'down',
        message: `${pending.length} migrations are missing: run npm run ops -- migrate`,
        pending,
      };
    },
  };
}
