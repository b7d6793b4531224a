import { Injectable } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import type { Event, OrgState, OutgoingEvent } from '@cashloop/events';
import { Handles } from '@cashloop/messaging';
import type { HandlerContext } from '@cashloop/messaging';
import { OrgStore } from '../stores/org.store.ts';

/** Copies the orgs: a customer made without a currency gets its org's. */
@Injectable()
export class OnOrgs {
  constructor(private readonly orgs: OrgStore) {}

  @Handles(topicDefs.org, { projection: 'crm-orgs' })
  async handle(events: readonly Event<OrgState>[], { tx }: HandlerContext): Promise<OutgoingEvent[]> {
    const orgs = events.map(({ orgId, data }) => ({ orgId, version: data.version, baseCurrency: data.baseCurrency }));
    await this.orgs.keepNewest(tx, orgs);
    return [];
  }
}
