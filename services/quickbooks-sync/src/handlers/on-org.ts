import { Injectable } from '@nestjs/common';
import { type Event, type OrgState, type OutgoingEvent, topicDefs } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { Metrics } from '../metrics.ts';
import { OrgStore } from '../stores/org.store.ts';

/** Keeps the copy of the orgs, and shows their metrics at 0 from the start. */
@Injectable()
export class OnOrg {
  constructor(
    private readonly orgs: OrgStore,
    private readonly metrics: Metrics,
  ) {}

  @Handles(topicDefs.org, { projection: 'quickbooks-sync-orgs' })
  async handle(events: readonly Event<OrgState>[], { tx }: HandlerContext): Promise<OutgoingEvent[]> {
    const orgs = events.map(({ data }) => ({
      orgId: data.orgId,
      version: data.version,
      baseCurrency: data.baseCurrency,
      timeZone: data.timeZone,
    }));
    await this.orgs.keepNewest(tx, orgs);
    for (const { orgId } of orgs) this.metrics.introduce(orgId);
    return [];
  }
}
