import { Injectable } from '@nestjs/common';
import { Runs } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { Metrics } from '../metrics.ts';
import { BacklogStore } from '../stores/backlog.store.ts';
import { OrgStore } from '../stores/org.store.ts';

/** Shows what waits, per org, and writes down how many reads were spent. */
@Injectable()
export class RunBacklog {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly backlog: BacklogStore,
    private readonly metrics: Metrics,
  ) {}

  @Runs({ name: 'quickbooks-backlog', everyMs: 5_000 })
  async run({ now }: { now: Date }): Promise<void> {
    const orgs = (await this.runner.read([], (tx) => this.orgs.all(tx))).map((org) => org.orgId);
    for (const orgId of orgs) this.metrics.introduce(orgId);
    const states = await this.runner.read(orgs, (tx) => this.backlog.state(tx, now));
    for (const state of states) this.metrics.backlog(state.orgId, state);
    for (const { company, reads } of this.metrics.takeReads()) {
      const books = { orgId: company.orgId, company: company.realmId };
      await this.runner.run([company.orgId], (tx) => this.backlog.addReads(tx, books, reads, now));
    }
  }
}
