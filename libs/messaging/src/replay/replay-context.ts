import { type INestApplicationContext, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import type { OutgoingEvent } from '@cashloop/events';
import { PersistenceModule, TransactionRunner } from '@cashloop/persistence';
import { type Command, Commands, type CommandReply } from '../commands/commands.ts';
import { Inbox } from '../commands/inbox.ts';
import { Subscriptions } from '../consumer/subscriptions.ts';
import { Effects } from '../effects.ts';
import type { HandlerContext } from '../handler-context.ts';
import type { Logger } from '../logger.ts';
import type { ServiceReplay } from './service-replay.ts';

/** Statements over whole tables: the state of a projection is one. */
const STATEMENT_TIMEOUT_MS = 600_000;

/** Commits rows and lets the events go: a replay says nothing to anybody. */
export class SilentEffects extends Effects {
  /** The recorded time. */
  now = new Date(0);
  commits = 0;
  withheld = 0;
  runner: TransactionRunner | undefined;
  readonly #log: Logger;

  constructor(log: Logger) {
    super();
    this.#log = log;
  }

  override async commit(orgs: readonly string[], fn: (ctx: HandlerContext) => Promise<OutgoingEvent[]>): Promise<void> {
    const events = await this.runner?.run(orgs, (tx) => fn({ tx, now: this.now, log: this.#log }));
    this.withheld += events?.length ?? 0;
    this.commits += 1;
  }
}

class NoCommands extends Commands {
  override run<R>({ name }: Command, _fn: unknown): Promise<CommandReply> & { reply?: R } {
    throw new Error(`a replay takes no commands: ${name}`);
  }
}

/**
 * The handlers of a service on the schema of a replay. There is no producer, no relay, no schedule and no HTTP here, so
 * nothing can leave.
 */
export async function replayContext(
  plan: ServiceReplay,
  url: string,
  effects: SilentEffects,
): Promise<INestApplicationContext> {
  class ReplayModule {}
  const database = { url, migrations: plan.migrations, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  Module({
    imports: [DiscoveryModule, PersistenceModule.forRoot({ ...database, applicationName: 'cashloop replay' })],
    providers: [
      ...plan.providers,
      Inbox,
      Subscriptions,
      { provide: Effects, useValue: effects },
      { provide: Commands, useClass: NoCommands },
    ],
  })(ReplayModule);
  const app = await NestFactory.createApplicationContext(ReplayModule, { logger: false, abortOnError: false });
  effects.runner = app.get(TransactionRunner);
  return app;
}
