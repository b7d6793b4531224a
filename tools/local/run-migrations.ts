import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { databaseOf } from '../parts.ts';
import { UserFault } from './faults.ts';
import { root } from './folders.ts';
import type { MigrationTask } from './migrate.ts';
import { databaseUrl } from './service-env.ts';
import type { EnvSource } from './service-env.ts';

/** Migrates the databases of the services. @returns one line per service in which something was applied */
export async function migrateAll(source: EnvSource, services: readonly string[]): Promise<string[]> {
  const tasks: MigrationTask[] = services.map((service) => ({
    service,
    migratorUrl: databaseUrl(source, service, 'migrator'),
    serviceRole: databaseOf(service).login,
  }));
  const child = spawn(process.execPath, [join(root, 'tools', 'local', 'migrate.ts')], { cwd: root, stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString('utf8')));
  child.stderr.on('data', (data: Buffer) => (err += data.toString('utf8')));
  child.stdin.end(JSON.stringify(tasks));
  const status = await new Promise<number>((done) => child.once('close', (code) => done(code ?? 1)));
  if (status !== 0) {
    throw new UserFault(
      `A migration failed; nothing of it was applied.\n${err.trim()}`,
      'mend the migration, then npm start',
    );
  }
  return out.trim().split('\n').filter(Boolean);
}
