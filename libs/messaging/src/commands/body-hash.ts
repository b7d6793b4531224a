import { createHash } from 'node:crypto';

/** Hash of a parsed body that does not depend on the order of its properties. */
export const bodyHash = (body: unknown): string =>
  createHash('sha256')
    .update(toJson(sorted(body)))
    .digest('base64url');

/** JSON with bigint as a decimal string, as everywhere in our API. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one)) ?? 'null';

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
