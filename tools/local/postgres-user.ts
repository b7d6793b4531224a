import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserFault } from './faults.ts';
import { nearestExisting, root } from './folders.ts';

/** Who runs Postgres. Postgres refuses to run as root, so root runs it as another user. */
export interface PostgresUser {
  uid?: number;
  gid?: number;
  name: string;
}

/** Finds a user in passwd's form `name:x:uid:gid:...`. */
export function userIn(passwd: string, name: string): PostgresUser | undefined {
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

export function postgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return { name: process.env['USER'] ?? 'you' };
  const find = () => userIn(readFileSync('/etc/passwd', 'utf8'), 'postgres');
  const known = find();
  if (known !== undefined) return known;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = find();
  if (made === undefined) {
    throw new UserFault(
      'Postgres refuses to run as root and the user "postgres" could not be made.',
      'run as a plain user: npm start',
    );
  }
  return made;
}

/** Whether everybody may walk down to this folder. */
function everybodyReaches(folder: string): boolean {
  for (let at = nearestExisting(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/** A folder of this stack which another user can reach, kept apart from other clones' by a hash of the path. */
function outsideFolder(home: string): string {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return join('/var/lib/cashloop', `${basename(root).replace(/[^\w-]/g, '_')}-${hash}`);
}

/**
 * Where Postgres' files go: the stack's data folder, unless its user cannot walk there (a clone under a 0700 home).
 * @returns the data folder's parent
 */
export function postgresHome(home: string, dataFolder: string, user: PostgresUser): string {
  return user.uid === undefined || everybodyReaches(home) ? dataFolder : outsideFolder(home);
}

/** The programs, copied to where their user can run them when the clone is out of reach. */
export function reachablePrograms(native: string, home: string, user: PostgresUser): string {
  if (user.uid === undefined || everybodyReaches(native)) return native;
  const version = createHash('sha256')
    .update(readFileSync(join(native, '..', 'package.json')))
    .digest('hex')
    .slice(0, 12);
  const copy = join(outsideFolder(home), `programs-${version}`);
  if (existsSync(copy)) return copy;
  const partial = `${copy}.partial-${process.pid}`;
  mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  rmSync(copy, { recursive: true, force: true });
  renameSync(partial, copy);
  return copy;
}

/** What reset removes beside the stack's own folder. */
export function outsideFolderOf(home: string): string | undefined {
  const folder = outsideFolder(home);
  return existsSync(folder) ? folder : undefined;
}

/** Where the cluster lives: status shows it. */
export function clusterFolder(plan: { home: string; data: string }): string {
  return join(postgresHome(plan.home, plan.data, postgresUser()), 'postgres');
}
