import type { Environment } from '../config/read-config.ts';

let current: Environment | undefined;

/** What the shell reads its settings from: `process.env`, unless an application is being created with more. */
export const environment = (): Environment => current ?? process.env;

/** Runs `fn` with other settings. Applications are created one after the other, so one place suffices. */
export async function withEnvironment<T>(env: Environment, fn: () => Promise<T>): Promise<T> {
  const before = current;
  current = { ...process.env, ...env };
  try {
    return await fn();
  } finally {
    current = before;
  }
}
