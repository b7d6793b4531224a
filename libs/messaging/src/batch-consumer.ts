import { Inject, Injectable } from '@nestjs/common';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { type TopicDef, topicDefs } from '@cashloop/events';
import { ProjectionConsumer } from './consumer/projection-consumer.ts';
import { Retries } from './consumer/retries.ts';
import { type BoundHandler, Subscriptions } from './consumer/subscriptions.ts';
import { CASHLOOP_TRANSPORT } from './handles.ts';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging-options.ts';
import { MessagingParts } from './messaging-parts.ts';
import { growingPauseMs, pause, within } from './pauses.ts';
import { ensureTopics, topicsThere } from './relay/topics.ts';
import { housekeeping } from './runs/housekeeping.ts';
import { announceSuccessors, speaking } from './switch/successors.ts';

/**
 * The transport strategy: batches from the broker to @Handles methods, events from the outbox to the broker, and the
 * schedules. It finds handlers among the providers, where ours stand, with their guards and interceptors.
 */
@Injectable()
export class BatchConsumer extends Server implements CustomTransportStrategy {
  override readonly transportId = CASHLOOP_TRANSPORT as never;
  readonly #ending = new AbortController();
  #retries: Retries | undefined;
  #starting: Promise<void> | undefined;

  constructor(
    @Inject(MESSAGING_OPTIONS) private readonly options: MessagingOptions,
    @Inject(MessagingParts) private readonly parts: MessagingParts,
    @Inject(Subscriptions) private readonly subscriptions: Subscriptions,
  ) {
    super();
  }

  /** A handler under `controllers` is found by us as well: Nest's own binding would turn its errors into replies. */
  override addHandler(): void {}

  /** Answers at once: Kafka may come later, and /health tells. */
  override listen(callback: (error?: unknown) => void): void {
    try {
      const handlers = speaking(this.subscriptions.handlers());
      this.#retries = new Retries(this.parts.tools, handlers);
      this.parts.health.consumers = this.#consumersOf(handlers);
      this.parts.leadership.start();
      this.parts.outboxGauge.start();
      this.parts.scheduler.start([...this.subscriptions.runs(), housekeeping(this.parts.tools.runner)]);
      this.#starting = this.#start(handlers);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** New work stops first, then what is under way ends: batches, runs, the relay's send, and the lock last. */
  override async close(): Promise<void> {
    this.#ending.abort();
    await within(this.#starting, 1_000); // a broker that does not answer must not delay the end
    await Promise.all([
      ...this.parts.health.consumers.map((consumer) => consumer.close()),
      this.parts.scheduler.close(),
      this.#retries?.close(),
    ]);
    await this.parts.relay.close();
    await this.parts.leadership.close();
    this.parts.outboxGauge.close();
    await within(this.parts.broker.close(), 2_000);
  }

  override on(): never {
    throw new Error('messaging has no events of its own: read MessagingHealth');
  }

  override unwrap<T>(): T {
    return this.parts.broker as T;
  }

  async #start(handlers: readonly BoundHandler[]): Promise<void> {
    const { health, relay, broker } = this.parts;
    const { publishes, replication = 1 } = this.options;
    // Every service publishes what operators do to it.
    const owned = [...new Set<TopicDef>([...publishes, topicDefs.ops])];
    await this.#untilDone('the table of projections', () => announceSuccessors(this.parts.tools.runner, handlers));
    await this.#untilDone('topics of this service', () => ensureTopics(broker, owned, replication));
    if (this.#ending.signal.aborted) return;
    relay.start();
    this.#retries?.start();
    await Promise.all(health.consumers.map((consumer) => this.#startConsumer(consumer)));
    health.startProblem = undefined;
  }

  async #startConsumer(consumer: ProjectionConsumer): Promise<void> {
    const waitMs = this.options.topicWaitMs ?? 60_000;
    await this.#untilDone(consumer.spec.projection, async () => {
      await topicsThere(this.parts.broker, consumer.topics, waitMs, this.#ending.signal);
    });
    if (!this.#ending.signal.aborted) consumer.start();
  }

  /** A broker that is away, or a topic nobody made yet, delays the start and never ends the process. */
  async #untilDone(what: string, step: () => Promise<void>): Promise<void> {
    const { signal } = this.#ending;
    this.parts.health.startProblem = `waiting for ${what}`;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        return await step();
      } catch (error) {
        if (signal.aborted) return;
        this.parts.health.startProblem = `${what}: ${error instanceof Error ? error.message : String(error)}`;
        this.parts.tools.log.warn({ err: error }, `${what} not ready, trying again`);
        await pause(growingPauseMs(failures, 250, 5_000), signal);
      }
    }
  }

  #consumersOf(handlers: readonly BoundHandler[]): ProjectionConsumer[] {
    const { service, batchEventsMax: eventsMax = 2_000, partitionsAtOnce = 4 } = this.options;
    const byProjection = Map.groupBy(handlers, (handler) => handler.subscription.projection);
    return [...byProjection].map(
      ([projection, its]) =>
        new ProjectionConsumer(this.parts.broker, this.parts.tools, {
          projection,
          group: `${service}.${projection}`,
          handlers: its,
          eventsMax,
          partitionsAtOnce,
        }),
    );
  }
}
