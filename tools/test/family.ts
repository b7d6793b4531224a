import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { identityOf, type ProcessIdentity } from '../local/identity.ts';

/**
 * A process and those it started. Each of Postgres' has a session of its own, so that no signal reaches them all; and once
 * the first is gone, nothing tells any more whose they were.
 */
export function familyOf(first: ProcessIdentity): ProcessIdentity[] {
  const pairs = process.platform === 'linux' ? parentsOnLinux() : parentsElsewhere();
  const children = pairs.filter(([, parent]) => parent === first.pid).map(([pid]) => identityOf(pid));
  return [first, ...children.filter((child) => child !== undefined)];
}

type PidAndParent = readonly [pid: number, parent: number];

function parentsOnLinux(): PidAndParent[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)]);
}

/** Field 4 of /proc/PID/stat, the second after the name in brackets. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return -1; // it ended meanwhile
  }
}

function parentsElsewhere(): PidAndParent[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => line.trim().split(/\s+/).map(Number) as unknown as PidAndParent);
}
