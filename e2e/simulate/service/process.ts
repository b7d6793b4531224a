import type { Event } from '@cashloop/events';
import type { HandlerContext, Logger } from '@cashloop/messaging';
import { BatchConsumer, type BoundHandler, MessagingParts, type Subscriptions } from '@cashloop/messaging/inside';
import { TransactionRunner } from '@cashloop/persistence';
import { BrokerClient } from '../broker/broker-client.ts';
import type { Owner } from '../clock/scheduler.ts';
import type { Action } from '../faults/plan.ts';
import type { Stage } from '../stage.ts';
import { SimulatedDataSource } from '../store/data-source.ts';
import { change } from './do-commands.ts';
import { onLimits } from './on-limits.ts';
import { onReceivables } from './on-receivables.ts';
import { ORG } from './topics.ts';

export const projections = { exposure: 'exposure', limits: 'limits' } as const;

/** One process of the simulated service: the kernel as services wire it, on a simulated database and broker. */
export class ServiceProcess implements Owner {
  readonly name: string;
  readonly dataSource: SimulatedDataSource;
  readonly #stage: Stage;
  readonly #broker: BrokerClient;
  #parts: MessagingParts | undefined;
  #consumer: BatchConsumer | undefined;
  alive = true;
  stoppedUntilMs = 0;

  constructor(stage: Stage, name: string) {
    const { scheduler, db, strikes, defect } = stage;
    this.name = name;
    this.#stage = stage;
    this.dataSource = new SimulatedDataSource({ owner: this, scheduler, db, strikes, onDefect: defect });
    this.#broker = new BrokerClient(this, stage.broker, strikes);
  }

  /** What BatchConsumer does in a service, with our handlers in place of those Nest would find. */
  start(): void {
    const { topics, trace } = this.#stage;
    const options = {
      ...{ service: 'simulated', brokers: [], publishes: Object.values(topics), replication: 1 },
      ...{ broker: this.#broker, batchEventsMax: 4, partitionsAtOnce: 4, logger: loggerTo(trace, this.name) },
    };
    const runner = new TransactionRunner(this.dataSource as never);
    this.#parts = new MessagingParts(options, { url: 'simulated', migrations: [] }, this.dataSource as never, runner);
    const found = { handlers: () => this.#handlers(), runs: () => [] } as unknown as Subscriptions;
    this.#consumer = new BatchConsumer(options, this.#parts, found);
    this.#consumer.listen((error) => error !== undefined && this.#stage.defect(error as Error));
    trace.say(this.name, () => 'starts');
  }

  /** One try of a command; the caller repeats it with the same key until it gets a reply. */
  async command(number: number, action: Action, follows: (eventIds: string[]) => void): Promise<void> {
    const { topics } = this.#stage;
    const command = { orgId: ORG, name: 'change', idempotencyKey: `command ${number}`, body: action };
    await this.#parts?.commands.run(command, async (ctx) => {
      const events = await change(topics, action, ctx);
      follows(events.map(({ id }) => id));
      return { reply: events.map(({ id }) => id), events };
    });
  }

  /** kill -9: what was sent stays sent, nothing else ever happens here. */
  kill(): void {
    this.alive = false;
    this.#stage.trace.say(this.name, () => 'dies');
    for (const client of this.dataSource.clients) client.hangUp();
    this.#stage.broker.silent(this);
  }

  stop(forMs: number): void {
    this.stoppedUntilMs = this.#stage.scheduler.nowMs + forMs;
    this.#stage.broker.silent(this);
  }

  /** As a deployment ends it. What it left undone by then, it leaves to others. */
  async close(): Promise<void> {
    await this.#consumer?.close();
    if (!this.alive) return;
    this.alive = false;
    for (const client of this.dataSource.clients) client.hangUp();
  }

  crashConsumers(): void {
    for (const member of this.#broker.members) member.crash();
  }

  #handlers(): BoundHandler[] {
    const { topics, sickness } = this.#stage;
    const guarded =
      (handle: (topics: Stage['topics'], events: never, ctx: HandlerContext) => Promise<unknown>) =>
      async (...[events, ctx]: unknown[]): Promise<unknown> => {
        sickness.check(events as Event[]);
        return handle(topics, events as never, ctx as HandlerContext);
      };
    const bound = (projection: string, topic: Stage['topics']['limit' | 'receivable'], call: BoundHandler['call']) =>
      ({ subscription: { kind: 'events', projection, topic }, name: projection, call }) as BoundHandler;
    return [
      bound(projections.exposure, topics.receivable, guarded(onReceivables)),
      bound(projections.limits, topics.limit, guarded(onLimits)),
    ];
  }
}

function loggerTo(trace: Stage['trace'], name: string): Logger {
  const line =
    (level: string) =>
    (fields: object, message: string): void =>
      trace.say(name, () => {
        const { err } = fields as { err?: Error };
        return `${level}: ${message}${err === undefined ? '' : ` (${err.message})`}`;
      });
  const logger: Logger = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: () => logger,
  };
  return logger;
}
