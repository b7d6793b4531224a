import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

const RECONNECT_MS_MAX = 5_000;

/**
 * The Redis of this process, which may be away at any time: commands then fail at once instead of waiting, so that the
 * caller can go on without. Holds only what may be lost.
 */
@Injectable()
export class RedisConnection implements OnApplicationShutdown {
  /** undefined when REDIS_URL is not set. */
  readonly client: Redis | undefined;
  #away = false;

  constructor(url: string | undefined, keyPrefix: string, log: Logger) {
    if (url === undefined) return;
    this.client = new Redis(url, {
      keyPrefix,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 2_000,
      commandTimeout: 500,
      // Its timer also runs for a connection that was cut before: the end of the process would wait for it.
      disconnectTimeout: 500,
      retryStrategy: (attempt) => Math.min(RECONNECT_MS_MAX, 100 * 2 ** Math.min(attempt, 6)),
    });
    this.client.on('error', (err: Error) => {
      if (!this.#away) log.warn({ err }, 'Redis is away: working without it, slower');
      this.#away = true;
    });
    this.client.on('ready', () => {
      if (this.#away) log.info({}, 'Redis is back');
      this.#away = false;
    });
  }

  /** Whether a command sent now has a chance. */
  get available(): boolean {
    return this.client?.status === 'ready';
  }

  onApplicationShutdown(): void {
    this.client?.disconnect();
  }
}
