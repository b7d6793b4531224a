import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ServicePart } from '../parts.ts';
import { partsFolder, root } from './folders.ts';
import type { Command } from './processes.ts';
import type { ServiceEnv } from './service-env.ts';

export function serviceFolder(service: string): string {
  return join(root, 'services', service);
}

export const isBuilt = (service: string): boolean => existsSync(join(serviceFolder(service), 'dist', 'main.js'));

/** Settings a person has for Node or npm would reach all services; only what has to do with the machine is handed on. */
export function machineEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const keep =
    /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|https?_proxy|no_proxy|OTEL_.*|BENCH)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => keep.test(name)));
}

/** Our own servers are reached directly, whatever proxy the machine has. */
function noProxy(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const known = env['NO_PROXY'] ?? env['no_proxy'];
  const all = [known, '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  return { NO_PROXY: all, no_proxy: all };
}

/** The compiled service under plain Node. */
export function serviceCommand(part: ServicePart, env: ServiceEnv, log: string): Command {
  const machine = machineEnv(process.env);
  return {
    command: process.execPath,
    args: ['--disable-warning=TimeoutNegativeWarning', '--enable-source-maps', join('dist', 'main.js')],
    cwd: serviceFolder(part.name),
    env: { ...machine, ...noProxy(machine), NODE_COMPILE_CACHE: join(partsFolder, 'compile-cache'), ...env },
    log,
  };
}

export async function serviceIsReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(3_000) });
  if (answer.ok) return true;
  const text = await answer.text();
  throw new Error(`/health answers ${answer.status} ${text.slice(0, 300)}`);
}
