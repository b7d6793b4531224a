import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from './logger.ts';

/** Our log lines through Nest's logger, for applications that give none. */
export function nestLog(name: string, bindings: object = {}): Logger {
  const nest = new NestLogger(name);
  const line = (fields: object, message: string): string => {
    const { err, ...rest } = { ...bindings, ...fields } as { err?: unknown };
    const cause = err instanceof Error ? `: ${err.message}` : '';
    return `${message}${cause} ${JSON.stringify(rest, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
  };
  return {
    debug: (fields, message) => nest.debug(line(fields, message)),
    info: (fields, message) => nest.log(line(fields, message)),
    warn: (fields, message) => nest.warn(line(fields, message)),
    error: (fields, message) => nest.error(line(fields, message)),
    child: (more) => nestLog(name, { ...bindings, ...more }),
  };
}
