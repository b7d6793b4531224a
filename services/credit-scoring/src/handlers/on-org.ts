import { Injectable } from '@nestjs/common';
import { topicDefs, type Event, type OrgState, type OutgoingEvent } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { OrgStore } from '../stores/org.store.ts';
import { PolicyStore } from '../stores/policy.store.ts';

/** Copies orgs. Accounts that waited for theirs are rebuilt by the sweep. */
@Injectable()
export class OnOrg {
  constructor(
    private readonly orgs: OrgStore,
    private readonly policies: PolicyStore,
  ) {}

  @Handles(topicDefs.org, { projection: 'credit-orgs' })
  async handle(events: readonly Event<OrgState>[], { tx, now }: HandlerContext): Promise<OutgoingEvent[]> {
    const changed = await this.orgs.save(
      tx,
      events.map((event) => event.data),
    );
    if (changed.length === 0) return [];
    await this.policies.ensureSettings(tx, changed, now);
    await this.orgs.rebuildAccounts(tx, changed);
    return [];
  }
}
