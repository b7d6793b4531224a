import { databaseOf, envName, services } from '../parts.ts';
import type { ServicePart } from '../parts.ts';
import { withLogin } from './addresses.ts';
import type { Addresses } from './addresses.ts';
import { host } from './ports.ts';
import type { Secrets } from './secrets.ts';

export interface EnvSource {
  addresses: Addresses;
  secrets: Secrets;
  redis: boolean;
  prometheus: boolean;
  live: boolean;
  /** Only with containers: where services reach each other, and on what they listen. Else all are on this machine. */
  containers?: boolean;
}

export type ServiceEnv = Record<string, string>;

/** The address as a person's browser sees it. */
const outside = (source: EnvSource, name: string): string => `http://${host}:${source.addresses.ports.get(name) ?? 0}`;
/** The address as the other services see it. */
const inside = (source: EnvSource, name: string): string =>
  source.containers === true ? `http://${name}:${source.addresses.ports.get(name) ?? 0}` : outside(source, name);

export function databaseUrl(source: EnvSource, service: string, role: 'login' | 'migrator'): string {
  const names = databaseOf(service);
  const password = source.secrets.databases[service]?.[role] ?? '';
  return withLogin(source.addresses.databaseUrl, { name: names[role], password }, names.database);
}

function forEvery(source: EnvSource, part: ServicePart): ServiceEnv {
  const { addresses, secrets } = source;
  return {
    NODE_ENV: 'production',
    CASHLOOP_HOST: source.containers === true ? '0.0.0.0' : host,
    PORT: String(addresses.base + part.portOffset),
    KAFKA_BROKERS: addresses.kafkaBrokers,
    KAFKA_REPLICATION: process.env['KAFKA_REPLICATION'] ?? '1',
    ...(source.redis ? { REDIS_URL: redisUrl(source) } : {}),
    [`${envName(part.name)}_DATABASE_URL`]: databaseUrl(source, part.name, 'login'),
    GATEWAY_PUBLIC_KEY: secrets.gatewayPublicKey,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    SHUTDOWN_GRACE_MS: '8000',
  };
}

export function redisUrl(source: EnvSource): string {
  const { addresses, secrets } = source;
  if (addresses.external.redis) return addresses.redisUrl;
  const address = new URL(addresses.redisUrl);
  address.password = secrets.redis;
  return address.toString();
}

function forGateway(source: EnvSource): ServiceEnv {
  const { secrets } = source;
  const gateway = services.find((part) => part.name === 'gateway');
  return {
    GATEWAY_PRIVATE_KEY: secrets.gatewayPrivateKey,
    GATEWAY_ADMIN_EMAIL: secrets.adminEmail,
    GATEWAY_ADMIN_PASSWORD: secrets.adminPassword,
    GATEWAY_PUBLIC_URL: outside(source, 'gateway'),
    // Locally one user, the local admin, is everybody at once: the page, the loader, a person's own program.
    GATEWAY_RATE_LIMIT_PER_MINUTE: process.env['GATEWAY_RATE_LIMIT_PER_MINUTE'] ?? '3000',
    ...Object.fromEntries((gateway?.calls ?? []).map((name) => [`${envName(name)}_URL`, inside(source, name)])),
    ...(source.prometheus ? { PROMETHEUS_URL: outside(source, 'prometheus') } : {}),
  };
}

function forQuickbooksSync(source: EnvSource): ServiceEnv {
  const { secrets } = source;
  const sandbox = inside(source, 'sandbox');
  const standIn = {
    QBO_CLIENT_ID: secrets.quickbooksClientId,
    QBO_CLIENT_SECRET: secrets.quickbooksClientSecret,
    QBO_WEBHOOK_VERIFIER_TOKEN: secrets.webhookVerifierToken,
    QBO_SANDBOX_MODE: 'true',
    QBO_API_BASE_URL: sandbox,
    QBO_OAUTH_AUTHORIZE_URL: `${outside(source, 'sandbox')}/oauth2/authorize`,
    QBO_OAUTH_TOKEN_URL: `${sandbox}/oauth2/v1/tokens/bearer`,
    QBO_OAUTH_REVOKE_URL: `${sandbox}/oauth2/v1/tokens/revoke`,
    QBO_REDIRECT_URI: `${outside(source, 'gateway')}/qbo/oauth/callback`,
    QBO_INVOICE_POLL_INTERVAL_MIN: '30',
  };
  return { ...standIn, ...realQuickbooks(process.env), TOKEN_ENCRYPTION_KEY: secrets.tokenEncryptionKey };
}

/** Whether quickbooks-sync signs in at Intuit's, which knows nothing of the stand-in's companies. */
export const atIntuits = (env: NodeJS.ProcessEnv): boolean =>
  env['QBO_CLIENT_ID'] !== undefined && (env['QBO_OAUTH_TOKEN_URL'] ?? '') === '';

/** A person's own QBO_ settings win. With own keys, Intuit's addresses count unless others are named. */
export function realQuickbooks(env: NodeJS.ProcessEnv): Record<string, string> {
  const own = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[0].startsWith('QBO_') && entry[1] !== undefined,
  );
  if (env['QBO_CLIENT_ID'] === undefined) return Object.fromEntries(own);
  const intuits = ['QBO_API_BASE_URL', 'QBO_OAUTH_AUTHORIZE_URL', 'QBO_OAUTH_TOKEN_URL', 'QBO_OAUTH_REVOKE_URL'];
  return { ...Object.fromEntries(intuits.map((name) => [name, ''])), ...Object.fromEntries(own) };
}

function forSandbox(source: EnvSource): ServiceEnv {
  const { secrets } = source;
  return {
    SANDBOX_CLIENT_ID: secrets.quickbooksClientId,
    SANDBOX_CLIENT_SECRET: secrets.quickbooksClientSecret,
    SANDBOX_WEBHOOK_VERIFIER_TOKEN: secrets.webhookVerifierToken,
    SANDBOX_WEBHOOK_URL: `${inside(source, 'gateway')}/qbo/webhook`,
    SANDBOX_ADMIN_TOKEN: secrets.sandboxAdminToken,
    SANDBOX_LIVE: String(source.live),
  };
}

const special: Record<string, (source: EnvSource) => ServiceEnv> = {
  gateway: forGateway,
  'quickbooks-sync': forQuickbooksSync,
  sandbox: forSandbox,
};

/** All settings of one service; an empty text means "leave unset". */
export function serviceEnv(source: EnvSource, part: ServicePart): ServiceEnv {
  const all = { ...forEvery(source, part), ...special[part.name]?.(source) };
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ''));
}
