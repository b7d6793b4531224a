/** Services behind the gateway. */
export type Upstream = 'crm-sync' | 'quickbooks-sync' | 'credit-scoring' | 'compliance';

/** First path segment -> the service that answers it. */
export const ROUTES: Readonly<Record<string, Upstream>> = {
  customers: 'crm-sync',
  qbo: 'quickbooks-sync',
  credit: 'credit-scoring',
  compliance: 'compliance',
};

/** Paths that outsiders call without a token: they prove themselves by a signature or a state. */
const PUBLIC = new Set(['POST /qbo/webhook', 'GET /qbo/oauth/callback']);

export const isPublicRoute = (method: string, path: string): boolean => PUBLIC.has(`${method} ${path}`);

/** The path of a URL as it came, without the query. */
export const pathOf = (url: string): string => url.split('?', 1)[0]!;

/**
 * Whether a path means the same to us and to the service behind us. Dot segments, empty segments, encoded slashes and
 * backslashes could leave the service's public part (`/customers/..%2Fmetrics`).
 */
export function isPlainPath(path: string): boolean {
  if (!path.startsWith('/') || path.includes('\\')) return false;
  return path
    .slice(1)
    .split('/')
    .every((segment, index, all) => {
      const decoded = decode(segment);
      const last = index === all.length - 1;
      return (
        decoded !== undefined &&
        decoded !== '.' &&
        decoded !== '..' &&
        !/[/\\\0]/.test(decoded) &&
        (decoded !== '' || last)
      );
    });
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
