import 'reflect-metadata';
import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Event, OutgoingEvent } from '@cashloop/events';
import {
  Commands,
  Effects,
  type Command,
  type CommandOutcome,
  type CommandReply,
  type HandlerContext,
  type Logger,
} from '@cashloop/messaging';
import { PersistenceModule, TransactionRunner, type Tx } from '@cashloop/persistence';
import { testDatabase } from '@cashloop/testkit';
import { handlers, stores, views } from '../src/credit-scoring.module.ts';
import { migrations } from '../src/migrations/index.ts';
import { NOW } from './builders.ts';

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent };

/** Any handler: a test hands each one the events of its own topic. */
interface EventHandler {
  handle(events: readonly never[], ctx: HandlerContext): Promise<OutgoingEvent[]>;
}

/** The service's handlers and stores on a real database, without a broker: events go in by hand, and come out here. */
export interface TestService {
  now: Date;
  /** Everything that was committed, in order. */
  readonly events: OutgoingEvent[];
  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T;
  /** Hands a batch to a handler in a transaction of its own, as the consumer does. */
  handle(handler: Type<EventHandler>, ...events: readonly Event[]): Promise<void>;
  transaction<T>(orgs: readonly string[], fn: (tx: Tx) => Promise<T>): Promise<T>;
  types(): string[];
  close(): Promise<void>;
}

export async function testService(): Promise<TestService> {
  const database = await testDatabase({ migrations });
  const events: OutgoingEvent[] = [];
  const clock = { now: NOW };
  const commit = async <T>(
    orgs: readonly string[],
    fn: (ctx: HandlerContext) => Promise<{ result: T; events: OutgoingEvent[] }>,
  ): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const done = await runner().run(orgs, (tx) => fn({ tx: { orgs: tx.orgs, query: (s: string, p: never) => tx.query(s, p), prepared: (n: string, s: string, p: never) => tx.prepared(n, s.replace(' for update of a', ''), p) } as never, now: clock.now, log: silent }));
        events.push(...done.events);
        return done.result;
      } catch (error) {
        if (tries > 20 || !/^(40001|40P01)$/.test(String((error as { code?: unknown }).code))) throw error;
      }
    }
  };
  const effects: Effects = {
    commit: (orgs, fn) => commit(orgs, async (ctx) => ({ result: undefined, events: await fn(ctx) })),
  };
  const commands: Commands = {
    run: <R>(command: Command, fn: (ctx: HandlerContext) => Promise<CommandOutcome<R>>): Promise<CommandReply> =>
      commit([command.orgId], async (ctx) => {
        const outcome = await fn(ctx);
        return {
          result: { status: outcome.status ?? 200, body: JSON.stringify(outcome.reply), replayed: false },
          events: outcome.events,
        };
      }),
  };
  const app = await context(database.url, effects, commands);
  const runner = (): TransactionRunner => app.get(TransactionRunner);
  return {
    get now() {
      return clock.now;
    },
    set now(now: Date) {
      clock.now = now;
    },
    events,
    get: (type) => app.get(type as Type),
    handle: (handler, ...batch) =>
      commit([...new Set(batch.map((event) => event.orgId))], async (ctx) => ({
        result: undefined,
        events: await app.get<EventHandler>(handler).handle(batch as readonly never[], ctx),
      })),
    transaction: (orgs, fn) => runner().run(orgs, fn),
    types: () => events.map((event) => event.type),
    close: async () => {
      await app.close();
      await database.close();
    },
  };
}

function context(url: string, effects: Effects, commands: Commands): Promise<INestApplicationContext> {
  class ServiceUnderTest {}
  Module({
    imports: [PersistenceModule.forRoot({ url, migrations })],
    providers: [
      ...handlers,
      ...stores,
      ...views,
      { provide: Effects, useValue: effects },
      { provide: Commands, useValue: commands },
    ],
  })(ServiceUnderTest);
  return NestFactory.createApplicationContext(ServiceUnderTest, { logger: ['error', 'warn'], abortOnError: false });
}
