import { Injectable } from '@nestjs/common';
import { Runs } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { Metrics } from '../metrics.ts';
import { BacklogStore } from '../stores/backlog.store.ts';
import { OrgStore } from '../stores/org.store.ts';

/** Shows what waits, per org: on the leading replica only, so that sums over replicas stay true. */
@Injectable()
export class RunBacklog {
  /** When this replica last led. */
  ledAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly runner: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly backlog: BacklogStore,
    private readonly metrics: Metrics,
  ) {}

  @Runs({ name: 'quickbooks-backlog', everyMs: 5_000 })
  async run({ now }: { now: Date }): Promise<void> {
    const orgs = (await this.runner.read([], (tx) => this.orgs.all(tx))).map((org) => org.orgId);
    const states = await this.runner.read(orgs, (tx) => this.backlog.state(tx, now));
    this.ledAtMs = Date.now();
    for (const { orgId, ...state } of states) {
      this.metrics.introduce(orgId);
      this.metrics.backlog(orgId, state);
    }
  }
}
