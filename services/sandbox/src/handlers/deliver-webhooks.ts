import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { Log, type Logger } from '@cashloop/service-shell';
import { WebhookClient } from '../connectors/webhook-target/webhook.client.ts';
import { webhookBody } from '../domain/webhook-body.ts';
import { webhookEvents, webhookRetries } from '../metrics.ts';
import { type StoredEvent, WebhookStore } from '../stores/webhook.store.ts';

const MOST_PER_BODY = 100;
const MOST_ATTEMPTS = 12;
const SWEEP_MS = 200;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Posts what is due, one body at a time, companies mixed. An app that is away gets it again after growing pauses and,
 * like Intuit, is given up at last: the change feed has the rest.
 */
@Injectable()
export class DeliverWebhooks implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(
    private readonly runner: TransactionRunner,
    private readonly events: WebhookStore,
    private readonly target: WebhookClient,
    @Log() private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.soon(), SWEEP_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Looks for due events at once, or right after the delivery in work. */
  soon(): void {
    this.#again = true;
    if (this.#stopped || this.#running !== undefined) return;
    this.#running = this.#drain().finally(() => (this.#running = undefined));
  }

  async #drain(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (!this.#stopped && (await this.#deliverOnce()));
      }
    } catch (err) {
      this.log.warn({ err }, 'webhooks could not be delivered now');
    }
  }

  /** Whether there was anything to send. */
  async #deliverOnce(): Promise<boolean> {
    const due = await this.runner.read([], (tx) => this.events.due(tx, MOST_PER_BODY));
    if (due.length === 0) return false;
    const taken = await this.target.post(webhookBody(due));
    if (taken) await this.#done(due, 'delivered');
    else await this.#retryLater(due);
    return true;
  }

  async #done(events: readonly StoredEvent[], outcome: string): Promise<void> {
    if (events.length === 0) return;
    await this.runner.run([], (tx) =>
      this.events.remove(
        tx,
        events.map((event) => event.id),
      ),
    );
    webhookEvents.inc({ outcome }, events.length);
  }

  async #retryLater(events: readonly StoredEvent[]): Promise<void> {
    webhookRetries.inc();
    await this.#done(
      events.filter((event) => event.attempts + 1 >= MOST_ATTEMPTS),
      'given_up',
    );
    const left = events.filter((event) => event.attempts + 1 < MOST_ATTEMPTS);
    const attempts = Math.min(...left.map((event) => event.attempts), MOST_ATTEMPTS);
    const pauseMs = Math.min(500 * 2 ** attempts, LONGEST_PAUSE_MS);
    if (left.length > 0)
      await this.runner.run([], (tx) =>
        this.events.postpone(
          tx,
          left.map((event) => event.id),
          pauseMs,
        ),
      );
  }
}
