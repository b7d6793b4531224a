import { types } from 'node:util';

/** Postgres: connection, too few resources, shutdown; serialization, deadlock, lock and statement time-outs. */
const PASSING_SQLSTATE = /^(08...|53...|57P0.|40001|40P01|55P03|57014|25P03|25P04)$/;

const PASSING_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What pg says, without a code, when the connection is gone or the pool gives none. */
const PASSING_MESSAGE =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout exceeded when trying to connect|timeout expired)/;

/**
 * The closed list of faults that pass by themselves. The same work is then repeated without end; every other fault is
 * lasting, because repeating a defect for ever would stop a partition in silence.
 */
export function isPassing(error: unknown): boolean {
  for (let at = error, depth = 0; types.isNativeError(at) && depth < 5; at = innerOf(at), depth += 1) {
    const { code, errors } = at as { code?: unknown; errors?: unknown };
    if (typeof code === 'string' && (PASSING_SQLSTATE.test(code) || PASSING_SYSTEM.has(code))) return true;
    if (PASSING_MESSAGE.test(at.message)) return true;
    if (Array.isArray(errors) && errors.some(isPassing)) return true;
  }
  return false;
}

/** Of them, those that came from a server which says that it did nothing, or from none at all. */
const UNDONE = /^(40001|40P01|55P03|57014|25P0[34]|53...|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** Faults after which nothing was committed for sure. Of any other that passes, nobody knows: its answer may be lost. */
export const isUndone = (error: unknown): boolean =>
  UNDONE.test(codeOf(error)) || (error as Error).message === 'timeout exceeded when trying to connect';

/** Faults after which nothing was committed for sure, so that a fresh transaction may try again at once. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01', '55P03'].includes(codeOf(error));

/** Stable code of an error: its own, the SQLSTATE, or its class name. */
export function codeOf(error: unknown): string {
  if (!types.isNativeError(error)) return 'unknown';
  const code = (error as { code?: unknown }).code ?? (innerOf(error) as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && code !== '' ? code : error.name;
}

const innerOf = (error: Error): unknown => (error as { driverError?: unknown }).driverError ?? error.cause;
