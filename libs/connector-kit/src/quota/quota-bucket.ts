import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { LocalBuckets, type BucketPolicy } from './local-bucket.ts';

// One round trip, atomic on the server, on the server's clock: replicas with different clocks share one bucket.
const TAKE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local capacity, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local state = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(state[1] or capacity), tonumber(state[2] or now)
level = math.min(capacity, level + math.max(0, now - at) * capacity / window)
local wait = 0
if level < 1 then wait = math.ceil((1 - level) * window / capacity) else level = level - 1 end
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', math.max(at, now))
redis.call('PEXPIRE', KEYS[1], window * 2)
return wait`;

/** Keeps calls to an outside system under its limit, over all replicas through Redis; without Redis per process. */
export class QuotaBucket {
  readonly #policy: BucketPolicy;
  readonly #redis: Redis | undefined;
  readonly #local = new LocalBuckets();
  readonly #prefix: string;

  constructor(policy: BucketPolicy, options: { redis?: Redis; keyPrefix?: string } = {}) {
    this.#policy = policy;
    this.#redis = options.redis;
    this.#prefix = options.keyPrefix ?? 'cashloop:quota:';
  }

  /** 0 when a call may go now, else how long to wait before asking again. */
  async take(key: string): Promise<number> {
    // Not ready means away: asking would only queue the command and stall the call.
    if (this.#redis?.status !== 'ready') return this.#local.take(key, this.#policy, Date.now());
    try {
      const { capacity, windowMs } = this.#policy;
      return Number(await this.#redis.eval(TAKE, 1, this.#prefix + key, capacity, windowMs));
    } catch {
      return this.#local.take(key, this.#policy, Date.now());
    }
  }

  /** Waits until a call may go. */
  async wait(key: string, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = await this.take(key);
      if (waitMs === 0) return;
      await sleep(waitMs, undefined, { signal });
    }
  }
}
