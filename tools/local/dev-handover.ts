import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files.ts';
import { isAlive } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';

/** Left by `npm run dev` while it runs a service from source: the supervisor then leaves that service alone. */
export interface Handover {
  /** The dev command. */
  holder: ProcessIdentity;
  /** What it started. */
  children: ProcessIdentity[];
}

const fileOf = (stateFolder: string, service: string): string => join(stateFolder, `dev-${service}.json`);

export function takeOver(stateFolder: string, service: string, handover: Handover): void {
  writeJson(fileOf(stateFolder, service), handover);
}

export function giveBack(stateFolder: string, service: string): void {
  rmSync(fileOf(stateFolder, service), { force: true });
}

export function handoverOf(stateFolder: string, service: string): Handover | undefined {
  return readJson<Handover>(fileOf(stateFolder, service));
}

export function isTakenOver(stateFolder: string, service: string): boolean {
  const handover = handoverOf(stateFolder, service);
  return handover !== undefined && isAlive(handover.holder);
}
