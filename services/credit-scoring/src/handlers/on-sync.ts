import { Injectable } from '@nestjs/common';
import { timestampDate, topicDefs, type Event, type OutgoingEvent, type ReadingState } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { companyName } from '../domain/readiness.ts';
import { DueStore } from '../stores/due.store.ts';
import { ReadingStore } from '../stores/reading.store.ts';

/** Remembers how fresh each company is. Holds that waited for fresh data are decided by the sweep. */
@Injectable()
export class OnSync {
  constructor(
    private readonly readings: ReadingStore,
    private readonly due: DueStore,
  ) {}

  @Handles(topicDefs.sync, { projection: 'credit-readings' })
  async handle(events: readonly Event<ReadingState>[], { tx, now }: HandlerContext): Promise<OutgoingEvent[]> {
    const readings = events.map(({ orgId, data, time }) => ({
      orgId,
      company: companyName(data),
      version: data.version,
      asOf: data.asOf === undefined ? time : timestampDate(data.asOf),
    }));
    await this.readings.save(tx, readings);
    await this.due.markRaised(tx, readings, now);
    return [];
  }
}
