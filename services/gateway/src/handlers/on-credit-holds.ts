import { Injectable } from '@nestjs/common';
import { topicDefs, type CreditHoldState, type Event, type OutgoingEvent } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { holdView } from '../domain/hold.ts';
import { HoldFeedStore } from '../stores/hold-feed.store.ts';

/** Keeps the newest state of each account's hold for the live stream. */
@Injectable()
export class OnCreditHolds {
  constructor(private readonly feed: HoldFeedStore) {}

  @Handles(topicDefs.creditHold, { projection: 'gateway-hold-feed' })
  async handle(events: readonly Event<CreditHoldState>[], { tx }: HandlerContext): Promise<OutgoingEvent[]> {
    await this.feed.apply(
      tx,
      events.map((event) => ({ orgId: event.orgId, hold: holdView(event.data) })),
    );
    return [];
  }
}
