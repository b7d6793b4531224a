import { portPlan } from '../parts.ts';
import { adminName } from './admin-name.ts';
import { host } from './ports.ts';

/** Where the servers are: ours, or somebody else's when the environment names them. */
export interface Addresses {
  base: number;
  ports: Map<string, number>;
  kafkaBrokers: string;
  /** The login that may create databases and roles; without password when it is our own server. */
  databaseUrl: string;
  redisUrl: string;
  external: { kafka: boolean; postgres: boolean; redis: boolean };
}

function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === undefined || text === '' ? undefined : text;
}

/** Names what `npm run status -- --env` prints: our own addresses in a shell do not make our servers foreign. */
function isOurs(text: string, ownPort: number): boolean {
  return new RegExp(`(^|@|//)(${host.replaceAll('.', '\\.')}|localhost):${ownPort}(/|$)`).test(text);
}

export function addressesOf(base: number, env: NodeJS.ProcessEnv = process.env): Addresses {
  const ports = portPlan(base);
  const port = (name: string): number => ports.get(name) ?? 0;
  const pick = (name: string, part: string, own: string): { url: string; external: boolean } => {
    const text = given(env, name);
    return text === undefined || isOurs(text, port(part))
      ? { url: own, external: false }
      : { url: text, external: true };
  };
  const kafka = pick('KAFKA_BROKERS', 'kafka', `${host}:${port('kafka')}`);
  const postgres = pick('DATABASE_URL', 'postgres', `postgres://${adminName}@${host}:${port('postgres')}/postgres`);
  const redis = pick('REDIS_URL', 'redis', `redis://${host}:${port('redis')}`);
  return {
    base,
    ports,
    kafkaBrokers: kafka.url,
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    external: { kafka: kafka.external, postgres: postgres.external, redis: redis.external },
  };
}

/** The address with a login's name and password, optionally another database. */
export function withLogin(databaseUrl: string, login: { name: string; password: string }, database?: string): string {
  const url = new URL(databaseUrl);
  url.username = encodeURIComponent(login.name);
  url.password = encodeURIComponent(login.password);
  if (database !== undefined) url.pathname = `/${database}`;
  return url.toString();
}

/** An address that may be shown: without the password. */
export function shown(address: string): string {
  return address.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1@');
}
