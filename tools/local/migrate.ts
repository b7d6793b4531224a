// Brings the databases of all services up to date, in a process of its own so that the supervisor stays small.
// Standard input: JSON list of MigrationTask. Standard output: one line per service in which something was applied.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { runMigrations } from '@cashloop/persistence/migrate';
import type { MigrationPlan } from '@cashloop/persistence/migrate';
import { root } from './folders.ts';

export interface MigrationTask {
  service: string;
  migratorUrl: string;
  serviceRole: string;
}

async function migrationsOf(service: string): Promise<MigrationPlan['migrations']> {
  const file = join(root, 'services', service, 'dist', 'migrations', 'index.js');
  if (!existsSync(file)) return [];
  const loaded = (await import(pathToFileURL(file).href)) as { migrations?: MigrationPlan['migrations'] };
  return loaded.migrations ?? [];
}

async function migrate(task: MigrationTask): Promise<string | undefined> {
  const migrations = await migrationsOf(task.service);
  if (migrations.length === 0) return undefined;
  const applied = await runMigrations({ ...task, migrations });
  return applied.length === 0 ? undefined : `${task.service}: ${applied.length} applied`;
}

const tasks = JSON.parse(await text(process.stdin)) as MigrationTask[];
const outcomes = await Promise.allSettled(tasks.map(migrate));
for (const outcome of outcomes) {
  if (outcome.status === 'fulfilled') {
    if (outcome.value !== undefined) console.log(outcome.value);
    continue;
  }
  const reason: unknown = outcome.reason;
  // MigrationFailed says database, file, statement and Postgres' words itself.
  console.error(reason instanceof Error && reason.name === 'MigrationFailed' ? reason.message : reason);
  process.exitCode = 1;
}
