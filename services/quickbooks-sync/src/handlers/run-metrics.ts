import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { Log } from '@cashloop/service-shell';
import { Metrics } from '../metrics.ts';
import { BacklogStore } from '../stores/backlog.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { RunBacklog } from './run-backlog.ts';

const EVERY_MS = 5_000;
// Longer than a leader's slowest round: only one that leads no more is this late.
const LED_MS = 30_000;

/**
 * Keeps this replica's metrics whole, whether it leads or not: calls and webhooks reach every replica, so each shows all
 * orgs at 0 before the first scrape and writes down the reads it spent.
 */
@Injectable()
export class RunMetrics implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly runner: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly backlog: BacklogStore,
    private readonly leading: RunBacklog,
    private readonly metrics: Metrics,
    @Log() private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#timer = setInterval(() => void this.#tryRun(), EVERY_MS).unref();
    await this.#tryRun();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    // The reads since the last round.
    await this.#tryRun();
  }

  async run(now: Date): Promise<void> {
    const orgs = await this.runner.read([], (tx) => this.orgs.all(tx));
    for (const { orgId } of orgs) this.metrics.introduce(orgId);
    if (now.getTime() - this.leading.ledAtMs > LED_MS) this.metrics.rest();
    for (const { company, reads } of this.metrics.takeReads()) {
      const books = { orgId: company.orgId, company: company.realmId };
      await this.runner.run([company.orgId], (tx) => this.backlog.addReads(tx, books, reads, now));
    }
  }

  /** The database may be away, or not migrated yet: the next round makes up for it. */
  #tryRun(): Promise<void> {
    this.#running ??= this.run(new Date())
      .catch((err: unknown) => this.log.debug({ err }, 'metrics could not be completed'))
      .finally(() => (this.#running = undefined));
    return this.#running;
  }
}
