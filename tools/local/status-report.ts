import { join } from 'node:path';
import { partNamed, parts, portBase } from '../parts.ts';
import { addressesOf } from './addresses.ts';
import { readJson } from './files.ts';
import type { Folders } from './folders.ts';
import { isAlive } from './identity.ts';
import { onPath } from './java.ts';
import { memoryOf } from './memory.ts';
import { host, portAnswers } from './ports.ts';
import { readRun } from './run-state.ts';
import type { PartRecord, PartState, RunState } from './run-state.ts';

/** One part as `npm run status -- --json` shows it. */
export interface PartStatus {
  name: string;
  state: PartState;
  url: string | null;
  port: number | null;
  pid: number | null;
  /** Bytes, with all child processes. */
  memory: number | null;
  log: string | null;
  note: string | null;
}

export interface StatusReport {
  phase: RunState['phase'] | 'stopped';
  parts: PartStatus[];
  credentials: { email: string; password: string } | null;
  /** Where data, state and logs lie; Postgres' files may lie elsewhere. */
  home: string;
}

/** What /health tells beyond yes and no, in one line. */
export function healthNote(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { details, info, error } = body as Record<
    string,
    Record<string, { status?: string; message?: string }> | undefined
  >;
  const bad = Object.entries({ ...details, ...info, ...error }).filter(
    ([, state]) => state?.status !== undefined && state.status !== 'up',
  );
  if (bad.length === 0) return undefined;
  return bad
    .map(([name, state]) => `${name} ${state?.status ?? ''}${state?.message === undefined ? '' : `: ${state.message}`}`)
    .join(', ');
}

async function askService(url: string): Promise<{ state: PartState; note?: string }> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_500) });
    const note = healthNote(await answer.json().catch(() => undefined));
    return { state: answer.ok ? 'ready' : 'degraded', ...(note === undefined ? {} : { note }) };
  } catch (error) {
    return { state: 'degraded', note: `does not answer (${error instanceof Error ? error.message : String(error)})` };
  }
}

async function askServer(record: PartRecord): Promise<{ state: PartState; note?: string }> {
  const url = record.url ?? '';
  if (record.name === 'prometheus') {
    const ok = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2_500) }).then(
      (answer) => answer.ok,
      () => false,
    );
    return ok ? { state: 'ready' } : { state: 'degraded', note: 'does not answer' };
  }
  return (await answersAt(record)) ? { state: 'ready' } : { state: 'degraded', note: 'does not answer' };
}

function answersAt(record: PartRecord): Promise<boolean> {
  if (record.port !== undefined) return portAnswers(record.port);
  const first = (record.url ?? '').split(',')[0] ?? '';
  const address = new URL(first.includes('://') ? first : `tcp://${first}`);
  const usual = { postgres: 5432, redis: 6379 }[record.name] ?? 9092;
  return portAnswers(Number(address.port === '' ? usual : address.port), address.hostname);
}

/** Its state now, with what is lost while it is not ready. */
async function look(record: PartRecord, supervised: boolean): Promise<PartRecord> {
  const now = await stateOf(record, supervised);
  if (now.state === 'ready' || now.state === 'missing' || !supervised) return now;
  const note = [now.note, lostWithout(now.name)].filter(Boolean).join('; ');
  return { ...now, note: note === '' ? undefined : note };
}

async function stateOf(record: PartRecord, supervised: boolean): Promise<PartRecord> {
  const alive = record.identity !== undefined && isAlive(record.identity);
  if (record.state === 'missing') return record;
  if (record.external !== true && !alive) {
    // Between two tries of the supervisor there is no process, but it is being taken care of.
    if (supervised && (record.state === 'restarting' || record.state === 'starting')) return record;
    return { ...record, state: supervised ? 'restarting' : 'stopped', identity: undefined };
  }
  if (record.state === 'starting') return record;
  const asked =
    partNamed(record.name)?.kind === 'service' ? await askService(record.url ?? '') : await askServer(record);
  return { ...record, state: asked.state, note: asked.note ?? record.note };
}

function lostWithout(name: string): string | undefined {
  const part = partNamed(name);
  return part?.kind === 'server' && part.lost !== undefined ? `without it: ${part.lost}` : undefined;
}

/** A part nobody has started yet. */
function never(name: string): PartRecord {
  const program = name === 'redis' ? 'redis-server' : name;
  const needsProgram = name === 'redis' || name === 'prometheus';
  const state = needsProgram && onPath(program) === undefined ? 'missing' : 'stopped';
  return { name, state, restarts: 0, ...(state === 'missing' ? { note: lostWithout(name) } : {}) };
}

function shownPart(record: PartRecord, base: number, memory: Map<number, number>): PartStatus {
  const part = partNamed(record.name);
  const port = record.external === true ? null : (record.port ?? base + (part?.portOffset ?? 0));
  const scheme = part?.kind === 'service' || record.name === 'prometheus' ? 'http://' : '';
  const pid = record.identity?.pid ?? null;
  return {
    name: record.name,
    state: record.state,
    url: record.url ?? `${scheme}${host}:${port}`,
    port,
    pid,
    memory: pid === null ? null : (memory.get(pid) ?? null),
    log: record.log ?? null,
    note: record.note ?? null,
  };
}

/** Looks at every part now; what the supervisor noted is only where to look. */
export async function statusReport(folders: Folders): Promise<StatusReport> {
  const run = readRun(folders.state);
  const supervised = run !== undefined && isAlive(run.supervisor);
  const base = run?.base ?? addressesOf(portBase()).base;
  const records = await Promise.all(
    parts.map(async (part) => {
      const record = run?.parts.find((one) => one.name === part.name);
      if (record === undefined) return { ...never(part.name), ...(supervised ? { state: 'starting' as const } : {}) };
      return look(record, supervised);
    }),
  );
  const memory = memoryOf(records.flatMap((record) => (record.identity === undefined ? [] : [record.identity.pid])));
  const secrets = readJson<{ adminEmail: string; adminPassword: string }>(join(folders.state, 'secrets.json'));
  return {
    phase: supervised ? (run?.phase ?? 'starting') : 'stopped',
    parts: records.map((record) => shownPart(record, base, memory)),
    credentials: secrets === undefined ? null : { email: secrets.adminEmail, password: secrets.adminPassword },
    home: folders.home,
  };
}
