import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from './faults.ts';
import { readJson, writeJson } from './files.ts';

/** Raised when data of an older Cashloop cannot simply be used (another major Postgres, another layout of folders). */
export const dataFormat = 1;

interface Format {
  format: number;
  /** Which of the servers hold the data: moving to one of somebody else does not move the data. */
  servers: { kafka: string; postgres: string };
}

const fileIn = (dataFolder: string): string => join(dataFolder, 'format.json');

/** Whether this stack has started before. */
export const hasData = (dataFolder: string): boolean => existsSync(fileIn(dataFolder));

/** Refuses data of another version and data split over two sets of servers. */
export function checkFormat(dataFolder: string, servers: Format['servers']): void {
  const known = readJson<Format>(fileIn(dataFolder));
  if (known === undefined) return;
  if (known.format !== dataFormat) {
    throw new UserFault(
      `The data in ${dataFolder} have format ${known.format}, this version reads ${dataFormat}.`,
      'use the version that wrote them (see UPGRADING.md), or npm run reset to start anew',
    );
  }
  for (const name of ['kafka', 'postgres'] as const) {
    if (known.servers[name] === servers[name]) continue;
    const anew =
      known.servers[name] === 'ours'
        ? 'npm run reset (without naming other servers)'
        : `remove ${dataFolder} and its secrets`;
    throw new UserFault(
      `The data were made with ${name} at ${known.servers[name]}, now it is ${servers[name]}.`,
      `use the same servers as before, or ${anew} to start anew`,
    );
  }
}

export function writeFormat(dataFolder: string, servers: Format['servers']): void {
  if (!hasData(dataFolder)) writeJson(fileIn(dataFolder), { format: dataFormat, servers } satisfies Format);
}
