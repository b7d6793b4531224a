const NODE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
// Connection lost, serialization failure, deadlock, lock not available, out of resources, shutting down.
const SQL_STATES = /^(08...|40001|40P01|55P03|57014|53...|57P0.|25P03)$/;
const PG_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

interface DriverError {
  code?: unknown;
  driverError?: { code?: unknown };
  message?: unknown;
}

/** Whether trying again later may help: a server is away or busy, nothing is wrong with the request. */
export function passingFault(error: unknown): boolean {
  const { code, driverError, message } = error as DriverError;
  const known = [code, driverError?.code].some(
    (candidate) => typeof candidate === 'string' && (NODE_CODES.has(candidate) || SQL_STATES.test(candidate)),
  );
  return known || (typeof message === 'string' && PG_MESSAGES.test(message));
}
