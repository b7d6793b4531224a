import { type ExactObject, isObject, parseExact } from '../domain/exact-json.ts';
import { ApiFault } from '../domain/faults.ts';

/** Query parameters of the company API; a repeated one counts once. */
export type ApiQuery = Record<string, string | string[] | undefined>;

export const oneOf = (query: ApiQuery, name: string): string | undefined => {
  const value = query[name];
  return Array.isArray(value) ? value[0] : value;
};

/** @throws ApiFault 2010 */
export function bodyObject(body: unknown): ExactObject {
  const parsed = Buffer.isBuffer(body) && body.length > 0 ? parsedOrFault(body.toString('utf8')) : undefined;
  if (!isObject(parsed)) throw unreadable('a JSON object is expected');
  return parsed;
}

function parsedOrFault(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : 'not JSON');
  }
}

const unreadable = (why: string): ApiFault =>
  new ApiFault('2010', 'Request has invalid or unsupported property', `The request body cannot be read: ${why}`);

/** Intuit answers XML unless JSON is asked for. */
export const wantsJson = (accept: string | undefined): boolean => /\bjson\b/i.test(accept ?? '');
