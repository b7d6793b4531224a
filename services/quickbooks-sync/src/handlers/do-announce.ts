import { Injectable } from '@nestjs/common';
import { Effects, Inbox } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { webhookItems, type WebhookItem } from '../connectors/quickbooks/quickbooks.webhook.ts';
import { Metrics } from '../metrics.ts';
import type { Books } from '../stores/books.store.ts';
import { ConnectionStore } from '../stores/connection.store.ts';
import { HintStore } from '../stores/hint.store.ts';
import { PollHints } from './poll-hints.ts';

const SOURCE = 'quickbooks-webhook';

/** Stores what a webhook announces, once per announcement, and has it read as soon as it is stored. */
@Injectable()
export class DoAnnounce {
  constructor(
    private readonly effects: Effects,
    private readonly runner: TransactionRunner,
    private readonly inbox: Inbox,
    private readonly connections: ConnectionStore,
    private readonly hints: HintStore,
    private readonly polls: PollHints,
    private readonly metrics: Metrics,
  ) {}

  /** @param body verified before */
  async announce(body: string): Promise<void> {
    const byRealm = Map.groupBy(webhookItems(body), (item) => item.realmId);
    for (const [realmId, items] of byRealm) {
      const orgId = await this.runner.read([], (tx) => this.connections.orgOf(tx, realmId));
      if (orgId === undefined) this.metrics.webhook('unknown_company', items.length);
      else await this.#store({ orgId, company: realmId }, items);
    }
  }

  async #store(books: Books, items: readonly WebhookItem[]): Promise<void> {
    let fresh: WebhookItem[] = [];
    await this.effects.commit([books.orgId], async ({ tx, now }) => {
      fresh = [];
      for (const item of items) if (await this.inbox.first(tx, SOURCE, item.dedupKey)) fresh.push(item);
      if (fresh.length > 0) await this.hints.add(tx, books, fresh, now);
      return [];
    });
    this.metrics.webhook('accepted', fresh.length);
    this.metrics.webhook('duplicate', items.length - fresh.length);
    // Not awaited: the sender wants its answer within a second, the reading takes longer.
    if (fresh.length > 0) void this.polls.wake(books);
  }
}
