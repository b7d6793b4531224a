/** Names of fields that hold secrets or tell who a customer is. Their values never reach a log line. */
const HIDDEN = [
  'authorization',
  'cookie',
  'password',
  'password_hash',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'client_secret',
  'secret',
  'ticket',
  'code',
  'body',
  'rawBody',
  'display_name',
  'displayName',
  'full_name',
  'email',
  'phone',
  'address',
];

// `code` and `name` stand in errors, which pino's error serializer rebuilds under `err`: only hide what holds secrets there.
const TOP_LEVEL_ALLOWED = new Set(['code']);

/** Paths for pino: each name at the top, one level down, and in headers. */
export const redactedPaths: string[] = [
  ...HIDDEN.filter((name) => !TOP_LEVEL_ALLOWED.has(name)).flatMap((name) => [name, `*.${name}`]),
  'req.headers',
  'res.headers',
  'headers',
  '*.config.headers',
  'err.config',
  'err.request',
  'err.response',
  'err.driverError',
  'err.parameters',
  'err.query',
];
