import type { PersistenceOptions, TransactionRunner } from '@cashloop/persistence';
import type { DataSource } from 'typeorm';
import type { Broker } from './broker.ts';
import { OutboxEffects } from './effects.ts';
import { RememberedCommands } from './commands/remembered-commands.ts';
import type { BatchTools } from './consumer/batch-transaction.ts';
import { kafkaBroker } from './kafka/index.ts';
import { MessagingHealth } from './messaging-health.ts';
import type { MessagingOptions } from './messaging-options.ts';
import { nestLog } from './nest-log.ts';
import { Leadership } from './relay/leadership.ts';
import { OutboxGauge } from './relay/outbox-gauge.ts';
import { Relay } from './relay/relay.ts';
import { Bell, Notifier } from './relay/wake.ts';
import { Scheduler } from './runs/scheduler.ts';

/** Everything one process of a service needs for its messaging, wired. */
export class MessagingParts {
  readonly broker: Broker;
  readonly tools: BatchTools;
  readonly leadership: Leadership;
  readonly relay: Relay;
  readonly scheduler: Scheduler;
  readonly outboxGauge: OutboxGauge;
  readonly health: MessagingHealth;
  readonly effects: OutboxEffects;
  readonly commands: RememberedCommands;

  constructor(
    options: MessagingOptions,
    database: PersistenceOptions,
    dataSource: DataSource,
    runner: TransactionRunner,
  ) {
    const { service, brokers, topicPrefix: prefix } = options;
    const log = options.logger ?? nestLog('messaging');
    const clock = options.clock ?? (() => new Date());
    const bell = new Bell();
    const notifier = new Notifier(dataSource);
    const published = (): void => (this.leadership.client === undefined ? notifier.notify() : bell.ring());
    this.broker = options.broker ?? kafkaBroker({ clientId: options.clientId ?? service, brokers, prefix, log });
    this.tools = { runner, source: service, clock, log, published };
    this.leadership = new Leadership({ url: database.url, service, log, onWake: () => bell.ring() });
    this.relay = new Relay({ broker: this.broker, leadership: this.leadership, bell, log });
    this.scheduler = new Scheduler(this.leadership, clock, log);
    this.outboxGauge = new OutboxGauge(dataSource);
    this.health = new MessagingHealth(this.leadership, this.relay, this.outboxGauge);
    this.effects = new OutboxEffects(this.tools);
    this.commands = new RememberedCommands(this.tools);
  }
}
