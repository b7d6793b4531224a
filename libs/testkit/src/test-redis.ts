import { randomUUID } from 'node:crypto';
import { stackVariable } from './stack-variable.ts';

/** The shared Redis, seen through a key prefix of this suite's own. */
export interface TestRedis {
  url: string;
  /** Put before every key (ioredis: `keyPrefix`). */
  keyPrefix: string;
}

export function testRedis(): TestRedis {
  return { url: stackVariable('TEST_REDIS_URL'), keyPrefix: `t${randomUUID().slice(0, 8)}:` };
}
