import { join } from 'node:path';
import { readJson, writeJson } from './files.ts';
import type { ProcessIdentity } from './identity.ts';

export type PartState = 'ready' | 'starting' | 'restarting' | 'degraded' | 'stopped' | 'missing';

/** What the supervisor notes of one part, so that others can see it and a later start can clean up. */
export interface PartRecord {
  name: string;
  state: PartState;
  identity?: ProcessIdentity;
  port?: number;
  url?: string;
  log?: string;
  restarts: number;
  /** Why it is not ready, or what is lost without it. */
  note?: string;
  external?: boolean;
}

export interface RunState {
  supervisor: ProcessIdentity;
  phase: 'starting' | 'ready' | 'stopping' | 'failed';
  base: number;
  startedAt: string;
  parts: PartRecord[];
}

const fileIn = (stateFolder: string): string => join(stateFolder, 'run.json');

export const readRun = (stateFolder: string): RunState | undefined => readJson<RunState>(fileIn(stateFolder));
export const writeRun = (stateFolder: string, run: RunState): void => writeJson(fileIn(stateFolder), run);
export const runFile = fileIn;

/** In which order parts stop: services first, since they finish their work on the servers; Postgres last. */
export function stopRank(name: string): number {
  if (name === 'postgres') return 3;
  if (name === 'kafka') return 2;
  return name === 'redis' || name === 'prometheus' ? 1 : 0;
}

/** Parts in groups that stop one after the other. */
export function stopGroups<T extends { name: string }>(parts: readonly T[]): T[][] {
  return [0, 1, 2, 3]
    .map((rank) => parts.filter((part) => stopRank(part.name) === rank))
    .filter((group) => group.length > 0);
}
