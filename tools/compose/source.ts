import { portPlan, defaultPortBase } from '../parts.ts';
import { adminName } from '../local/admin-name.ts';
import type { Secrets } from '../local/secrets.ts';
import type { EnvSource } from '../local/service-env.ts';

/** The same settings as the local start makes, with the host names of docker-compose.yml. */
export function composeSource(secrets: Secrets): EnvSource {
  return {
    addresses: {
      base: defaultPortBase,
      ports: portPlan(defaultPortBase),
      kafkaBrokers: 'kafka:9092',
      databaseUrl: `postgres://${adminName}@postgres:5432/postgres`,
      redisUrl: 'redis://redis:6379',
      external: { kafka: false, postgres: false, redis: false },
    },
    secrets,
    redis: true,
    prometheus: true,
    live: process.env['SANDBOX_LIVE'] !== 'false',
    containers: true,
  };
}
