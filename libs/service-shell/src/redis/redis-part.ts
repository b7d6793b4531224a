import type { HealthPart } from '../health/health-parts.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Never down: without Redis the service is slower, not wrong. */
export const redisPart = (redis: RedisConnection): HealthPart => ({
  name: 'redis',
  check: () => {
    if (redis.client === undefined)
      return { status: 'degraded', message: 'REDIS_URL is not set: caches and limits are per process' };
    if (redis.available) return { status: 'up' };
    return { status: 'degraded', message: 'Redis is away: caches and limits are per process' };
  },
});
