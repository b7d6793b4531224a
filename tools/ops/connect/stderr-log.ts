import type { Logger } from '@cashloop/messaging';

const write = (fields: object, message: string): void => {
  const { err } = fields as { err?: unknown };
  console.error(err instanceof Error ? `${message}: ${err.message}` : message);
};

/** Warnings and errors of code that runs inside a command. */
export const stderrLog: Logger = { debug() {}, info() {}, warn: write, error: write, child: () => stderrLog };
