import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { Log, type Logger } from '@cashloop/service-shell';
import { plusSeconds } from '../domain/tokens.ts';
import { RequestStore } from '../stores/request.store.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { TokenStore } from '../stores/token.store.ts';

const EVERY_MS = 3_600_000;
const KEEP_S = 7 * 86_400;

/** Forgets replies and tokens nobody can use any more. */
@Injectable()
export class RunCleanUp implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runner: TransactionRunner,
    private readonly requests: RequestStore,
    private readonly tokens: TokenStore,
    private readonly clock: SandboxClock,
    @Log() private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.run(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async run(): Promise<void> {
    const before = plusSeconds(this.clock.now(), -KEEP_S);
    try {
      await this.runner.run([], async (tx) => {
        await this.requests.forgetBefore(tx, before);
        await this.tokens.removeExpired(tx, before);
      });
    } catch (err) {
      this.log.warn({ err }, 'old replies and tokens could not be removed now');
    }
  }
}
