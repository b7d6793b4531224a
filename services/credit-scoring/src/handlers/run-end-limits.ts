import { Injectable } from '@nestjs/common';
import type { OutgoingEvent } from '@cashloop/events';
import { Effects, Runs, type HandlerContext, type RunContext } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { endedLimit } from '../domain/limit.ts';
import { report } from '../metrics.ts';
import { AccountWorkStore } from '../stores/account-work.store.ts';
import type { CustomerRef } from '../stores/account.store.ts';
import { DueStore } from '../stores/due.store.ts';
import { OrgStore } from '../stores/org.store.ts';

const ACCOUNTS_AT_ONCE = 500;
const REASON = 'the temporary limit ended';

/** Ends temporary limits. A limit that falls this way takes headroom and warns; it holds nobody. */
@Injectable()
export class RunEndLimits {
  constructor(
    private readonly effects: Effects,
    private readonly runner: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly due: DueStore,
    private readonly works: AccountWorkStore,
  ) {}

  @Runs({ name: 'end-limits', everyMs: 1000 })
  async run({ now }: RunContext): Promise<void> {
    const orgIds = await this.orgs.all(this.runner);
    if (orgIds.length === 0) return;
    const refs = await this.runner.read(orgIds, (tx) => this.due.endedLimits(tx, now, ACCOUNTS_AT_ONCE));
    if (refs.length === 0) return;
    await this.effects.commit([...new Set(refs.map((ref) => ref.orgId))], (ctx) => this.end(refs, ctx));
  }

  /** Ends the temporary limits of those accounts where one is over. */
  async end(refs: readonly CustomerRef[], { tx, now }: Pick<HandlerContext, 'tx' | 'now'>): Promise<OutgoingEvent[]> {
    const work = await this.works.open({ tx, now }, refs);
    for (const account of work.accounts.values()) {
      const limit = endedLimit(account.limit, now);
      if (limit !== undefined) work.setLimit(account, limit, { action: 'LIMIT_ENDED', reason: REASON, by: 'system' });
    }
    await this.works.save(tx, work);
    report(work.decisions);
    return work.decisions.events;
  }
}
