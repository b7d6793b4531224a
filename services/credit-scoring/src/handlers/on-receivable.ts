import { Injectable } from '@nestjs/common';
import { topicDefs, type OutgoingEvent } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import type { ReceivableEvent } from '../domain/ledger.ts';
import { contradictions, report } from '../metrics.ts';
import { BookStore } from '../stores/book.store.ts';

/** Keeps documents and exposure up to date, and judges accounts whose changes are complete. */
@Injectable()
export class OnReceivable {
  constructor(private readonly books: BookStore) {}

  @Handles(topicDefs.receivable, { projection: 'credit-receivables' })
  async handle(events: readonly ReceivableEvent[], { tx, now, log }: HandlerContext): Promise<OutgoingEvent[]> {
    const ledger = await this.books.open(tx, events, now);
    for (const event of events) ledger.apply(event);
    await this.books.save(tx, ledger, events);
    report(ledger.decisions);
    for (const document of ledger.contradictions)
      log.error({ document }, 'one version of a document came with two values');
    contradictions.inc(ledger.contradictions.length);
    return ledger.decisions.events;
  }
}
