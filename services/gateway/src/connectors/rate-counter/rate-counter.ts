import { Injectable } from '@nestjs/common';
import { RedisConnection } from '@cashloop/service-shell';
import type { Redis } from 'ioredis';
import { waitMs, type RateAnswer, type RateRule } from '../../domain/sliding-window.ts';
import { rateLimitFallbacks } from '../../metrics.ts';
import { LocalCounter } from './local-counter.ts';
import { SLIDING_WINDOW } from './sliding-window.lua.ts';

type Script = (key: string, windowMs: number, limit: number, add: 0 | 1) => Promise<[number, number, number, number]>;

// After a failure Redis is left alone for a moment, so that not every request waits for its time-out.
const REST_MS = 1_000;

/** Counts requests in Redis, for all replicas together; in this process while Redis is away. */
@Injectable()
export class RateCounter {
  readonly #local = new LocalCounter();
  readonly #script: Script | undefined;
  #restUntilMs = 0;

  constructor(private readonly redis: RedisConnection) {
    const client = redis.client as (Redis & { slidingWindow: Script }) | undefined;
    client?.defineCommand('slidingWindow', { numberOfKeys: 1, lua: SLIDING_WINDOW });
    this.#script = client && ((key, windowMs, limit, add) => client.slidingWindow(key, windowMs, limit, add));
  }

  /** Counts one request if it is let through. */
  count(key: string, rule: RateRule): Promise<RateAnswer> {
    return this.#ask(key, rule, 1);
  }

  /** Whether one more would be let through, without counting it. */
  look(key: string, rule: RateRule): Promise<RateAnswer> {
    return this.#ask(key, rule, 0);
  }

  async #ask(key: string, rule: RateRule, add: 0 | 1): Promise<RateAnswer> {
    if (this.#script === undefined || !this.redis.available || Date.now() < this.#restUntilMs) {
      return this.#askLocally(key, rule, add);
    }
    try {
      const [allowed, current, previous, elapsedMs] = await this.#script(`rate:${key}`, rule.windowMs, rule.limit, add);
      if (allowed === 0)
        return {
          allowed: false,
          remaining: 0,
          retryAfterMs: waitMs({ window: 0, current, previous }, rule, elapsedMs),
        };
      const used = (previous * (rule.windowMs - elapsedMs)) / rule.windowMs + current;
      return { allowed: true, remaining: Math.max(0, Math.floor(rule.limit - used)), retryAfterMs: 0 };
    } catch {
      // RedisConnection logs that Redis is away, once.
      this.#restUntilMs = Date.now() + REST_MS;
      return this.#askLocally(key, rule, add);
    }
  }

  #askLocally(key: string, rule: RateRule, add: 0 | 1): RateAnswer {
    rateLimitFallbacks.inc();
    return this.#local.count(key, rule, add === 1);
  }
}
