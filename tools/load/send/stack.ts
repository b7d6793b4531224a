import { join } from 'node:path';
import { UserFault } from '../../local/faults.ts';
import { readJson } from '../../local/files.ts';
import { foldersOf } from '../../local/folders.ts';

/** Where the running local system is, and its keys. */
export interface LocalStack {
  gateway: string;
  sandbox: string;
  sandboxToken: string;
  email: string;
  password: string;
}

interface StoredEnvironment {
  gatewayUrl?: string;
  sandboxUrl?: string;
  sandboxAdminToken?: string;
  admin?: { email: string; password: string };
}

/**
 * Reads what `npm start` wrote down and asks both services whether they are there.
 * @throws UserFault when the system is not running
 */
export async function findStack(): Promise<LocalStack> {
  const env = readJson<StoredEnvironment>(join(foldersOf().state, 'env.json'));
  if (
    env?.gatewayUrl === undefined ||
    env.sandboxUrl === undefined ||
    env.sandboxAdminToken === undefined ||
    env.admin === undefined
  )
    throw notRunning();
  const stack = { gateway: env.gatewayUrl, sandbox: env.sandboxUrl, sandboxToken: env.sandboxAdminToken, ...env.admin };
  await Promise.all([stack.gateway, stack.sandbox].map(answers));
  return stack;
}

async function answers(url: string): Promise<void> {
  try {
    await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) });
  } catch {
    throw notRunning(url);
  }
}

const notRunning = (url?: string): UserFault =>
  new UserFault(
    `The local system is not running${url === undefined ? '' : `: nothing answers at ${url}`}.`,
    'npm start -- --detach',
  );
