import { accessSync, constants, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Addresses } from './addresses.ts';
import { installCommand, installRight } from './debian.ts';
import { nearestExisting } from './folders.ts';
import type { Folders } from './folders.ts';
import { findJava, onPath } from './java.ts';
import { findMaven, haveKafkaJars } from './kafka-jars.ts';
import { portIsFree } from './ports.ts';

export interface Check {
  name: string;
  /** warn: Cashloop runs on with less. */
  state: 'ok' | 'warn' | 'fail';
  text: string;
  next?: string;
}

const gigabyte = 1024 ** 3;

function node(): Check {
  return { name: 'Node', state: 'ok', text: `${process.versions.node} (${process.execPath})` };
}

async function java(addresses: Addresses): Promise<Check> {
  const { java: found, tooOld } = await findJava();
  if (found !== undefined)
    return { name: 'Java', state: 'ok', text: `${found.major} from ${found.from} (${found.path})` };
  if (addresses.external.kafka)
    return { name: 'Java', state: 'ok', text: 'not needed: KAFKA_BROKERS names your Kafka' };
  const met = tooOld.map((old) => `${old.path} is ${old.major}`).join(', ');
  const next = process.platform === 'darwin' ? 'brew install openjdk' : installCommand(['default-jre-headless']);
  if (installRight() !== 'none') return { name: 'Java', state: 'warn', text: 'missing; npm start installs it' };
  return { name: 'Java', state: 'fail', text: `no Java 17 or later${met === '' ? '' : ` (${met})`}`, next };
}

function maven(addresses: Addresses): Check {
  if (addresses.external.kafka || haveKafkaJars())
    return { name: 'Maven', state: 'ok', text: 'not needed: Kafka is here' };
  const found = findMaven();
  if (found !== undefined) return { name: 'Maven', state: 'ok', text: found };
  if (installRight() !== 'none') return { name: 'Maven', state: 'warn', text: 'missing; npm start installs it' };
  const next = installCommand(['maven']);
  return { name: 'Maven', state: 'fail', text: 'missing; it fetches the Kafka broker', next };
}

function optional(program: 'redis-server' | 'prometheus', name: string, lost: string): Check {
  const found = onPath(program);
  if (found !== undefined) return { name, state: 'ok', text: found };
  if (installRight() !== 'none') return { name, state: 'ok', text: 'missing; npm start installs it' };
  return { name, state: 'warn', text: `missing; without it: ${lost}`, next: installCommand([program]) };
}

/** Ports that our own running parts hold are no obstacle; the caller leaves them out. */
export async function ports(addresses: Addresses, held: ReadonlySet<number>): Promise<Check> {
  const external: Record<string, boolean> = {
    kafka: addresses.external.kafka,
    'kafka-controller': addresses.external.kafka,
    postgres: addresses.external.postgres,
    redis: addresses.external.redis,
  };
  const taken: string[] = [];
  for (const [name, port] of addresses.ports) {
    if (external[name] === true || held.has(port)) continue;
    if (!(await portIsFree(port))) taken.push(`${port} (${name})`);
  }
  const numbers = [...addresses.ports.values()];
  if (taken.length === 0)
    return { name: 'Ports', state: 'ok', text: `${Math.min(...numbers)}-${Math.max(...numbers)} as needed` };
  return {
    name: 'Ports',
    state: 'fail',
    text: `somebody else listens on ${taken.join(', ')}`,
    next: `CASHLOOP_PORT_BASE=${addresses.base + 1000} npm start`,
  };
}

function disk(folders: Folders): Check {
  const stats = statfsSync(nearestExisting(folders.home));
  const free = (stats.bavail * stats.bsize) / gigabyte;
  const text = `${free.toFixed(1)} GB free`;
  if (free < 1)
    return { name: 'Disk', state: 'fail', text: `${text}; at least 1 GB is needed`, next: 'make room, then npm start' };
  return { name: 'Disk', state: free < 3 ? 'warn' : 'ok', text };
}

function memory(): Check {
  const total = totalmem() / gigabyte;
  return {
    name: 'Memory',
    state: total < 3 ? 'warn' : 'ok',
    text: `${total.toFixed(1)} GB (the whole system takes about 2)`,
  };
}

function permissions(folders: Folders): Check {
  const folder = nearestExisting(folders.home);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    return { name: 'Folder', state: 'fail', text: `${folder} is not writable`, next: 'clone into a folder of yours' };
  }
  const probe = mkdtempSync(join(folder, '.cashloop-probe-'));
  try {
    const mode = statSync(probe).mode & 0o777;
    if (process.platform !== 'win32' && mode !== 0o700) {
      const text = `the file system of ${folder} cannot keep files private (a new folder has mode ${mode.toString(8)})`;
      return { name: 'Folder', state: 'fail', text, next: 'clone onto a local disk of this machine' };
    }
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
  return { name: 'Folder', state: 'ok', text: `${folders.home} (private files work)` };
}

function platform(): Check {
  const known = ['linux x64', 'linux arm64', 'darwin arm64', 'darwin x64'];
  const here = `${process.platform} ${process.arch}`;
  if (known.includes(here)) return { name: 'System', state: 'ok', text: here };
  return { name: 'System', state: 'fail', text: `${here} is not supported`, next: 'use WSL2, Linux or macOS' };
}

/** What npm start needs, looked at without changing anything. */
export async function allChecks(folders: Folders, addresses: Addresses, held: ReadonlySet<number>): Promise<Check[]> {
  return [
    platform(),
    node(),
    await java(addresses),
    maven(addresses),
    ...(addresses.external.redis ? [] : [optional('redis-server', 'Redis', 'slower, never wrong')]),
    optional('prometheus', 'Prometheus', 'no metric history, no alerts'),
    await ports(addresses, held),
    permissions(folders),
    disk(folders),
    memory(),
  ];
}

const marks = { ok: '✓', warn: '!', fail: '✗' };

export function checkLine(check: Check): string {
  const next = check.next === undefined || check.state === 'ok' ? '' : `\n      Next: ${check.next}`;
  return `  ${marks[check.state]} ${check.name.padEnd(11)} ${check.text}${next}`;
}

/** Prints what is not well, and which Java will be used. @returns whether npm start can run */
export async function passes(folders: Folders, addresses: Addresses, held: ReadonlySet<number>): Promise<boolean> {
  const checks = await allChecks(folders, addresses, held);
  for (const check of checks) if (check.state !== 'ok' || check.name === 'Java') console.log(checkLine(check));
  return checks.every((check) => check.state !== 'fail');
}
