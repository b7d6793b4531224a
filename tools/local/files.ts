import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { UserFault } from './faults.ts';

/** Writes a file whole or not at all, readable by its owner only. */
export function writePrivate(file: string, text: string): void {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text, { mode: 0o600 });
  renameSync(partial, file);
}

export function writeJson(file: string, value: unknown): void {
  writePrivate(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Undefined when the file does not exist. */
export function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserFault(`${file} is damaged: ${why}`, 'restore it, or npm run reset');
  }
}
