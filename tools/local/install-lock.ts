import { execFileSync } from 'node:child_process';
import { identityOf } from './identity.ts';
import type { ProcessIdentity } from './identity.ts';

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Linux' lock notes when the process started; elsewhere it notes only `runs`, and the command must tell. */
function fits(holder: ProcessIdentity, since: string, platform: NodeJS.Platform): boolean {
  if (platform === 'linux') return holder.started.endsWith(`/${since}`);
  return since === 'runs' && commandOf(holder.pid).includes('bootstrap.mjs start');
}

/**
 * The `npm start` that holds the install lock, whose text is `PID COMMAND STARTED` (tools/bootstrap/folders.mjs).
 * Undefined when another command does, or when it is gone and its number may be a stranger's by now.
 */
export function installingStart(
  text: string,
  platform: NodeJS.Platform = process.platform,
): ProcessIdentity | undefined {
  const [pid, command, since] = text.trim().split(' ');
  if (command !== 'start' || since === undefined) return undefined;
  const holder = identityOf(Number(pid));
  return holder !== undefined && fits(holder, since, platform) ? holder : undefined;
}
