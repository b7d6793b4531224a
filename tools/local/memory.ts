import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

interface Entry {
  pid: number;
  parent: number;
  bytes: number;
}

/** Shared pages count in part (PSS) where we may look, else in full (RSS). */
function bytesOf(pid: number): number {
  for (const [file, pattern] of [
    [`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB/m],
    [`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB/m],
  ] as const) {
    try {
      const match = pattern.exec(readFileSync(file, 'utf8'));
      if (match !== null) return Number(match[1]) * 1024;
    } catch {
      // Not ours to look at, or gone.
    }
  }
  return 0;
}

function linuxProcesses(): Omit<Entry, 'bytes'>[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(name), parent }];
      } catch {
        return [];
      }
    });
}

function otherProcesses(): Entry[] {
  return execFileSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0, kilobytes = 0]) => ({ pid, parent, bytes: kilobytes * 1024 }));
}

/** The process and all below it: Postgres has a process per connection. */
function withDescendants(pid: number, all: readonly { pid: number; parent: number }[]): number[] {
  const found = [pid];
  for (let at = 0; at < found.length; at++) {
    for (const entry of all) if (entry.parent === found[at]) found.push(entry.pid);
  }
  return found;
}

/** Memory of each process with its descendants, in bytes. */
export function memoryOf(pids: readonly number[]): Map<number, number> {
  if (process.platform !== 'linux') {
    const all = otherProcesses();
    const bytes = new Map(all.map((entry) => [entry.pid, entry.bytes]));
    return new Map(
      pids.map((pid) => [pid, withDescendants(pid, all).reduce((sum, one) => sum + (bytes.get(one) ?? 0), 0)]),
    );
  }
  const all = linuxProcesses();
  return new Map(pids.map((pid) => [pid, withDescendants(pid, all).reduce((sum, one) => sum + bytesOf(one), 0)]));
}
