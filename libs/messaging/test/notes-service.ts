import { randomUUID } from 'node:crypto';
import { type INestApplication, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  create,
  type Event,
  OrgStateSchema,
  type OrgState,
  type OutgoingEvent,
  outgoing,
  topicDefs,
} from '@cashloop/events';
import { PersistenceModule, TransactionRunner } from '@cashloop/persistence';
import { tenantTable } from '@cashloop/persistence/tenant-table';
import { testBroker, type TestBroker, testDatabase, type TestDatabase } from '@cashloop/testkit';
import {
  type HandlerContext,
  Handles,
  type Logger,
  messagingMigrations,
  MessagingHealth,
  MessagingModule,
  type MessagingOptions,
  startMessaging,
} from '../src/index.ts';

/** One row per event id: `times` above 1 would be a doubled effect. */
export class CreateSeen1764000000001 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(
      'create table seen (org_id bigint not null, event_id text not null, times int not null, position bigint, primary key (event_id))',
    );
    for (const statement of tenantTable('seen')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table seen');
  }
}

export const migrations = [...messagingMigrations, CreateSeen1764000000001];

/** What a test may do to the handler. */
export const trouble = {
  before: async (_events: readonly Event<OrgState>[], _ctx: HandlerContext): Promise<void> => undefined,
};

export async function recordSeen(events: readonly Event[], { tx }: HandlerContext): Promise<void> {
  await tx.query(
    `insert into seen select o, e, 1, p from unnest($1::bigint[], $2::text[], $3::bigint[]) as row(o, e, p)
     on conflict (event_id) do update set times = seen.times + 1`,
    [events.map((event) => event.orgId), events.map((event) => event.id), events.map((event) => String(event.offset))],
  );
}

@Injectable()
export class OnOrgs {
  @Handles(topicDefs.org, { projection: 'notes-orgs' })
  async handle(events: readonly Event<OrgState>[], ctx: HandlerContext): Promise<OutgoingEvent[]> {
    await trouble.before(events, ctx);
    await recordSeen(events, ctx);
    return [];
  }
}

export const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

export const orgEvent = (orgId: string, version = 1): OutgoingEvent =>
  outgoing(
    topicDefs.org,
    'org_upserted',
    create(OrgStateSchema, { orgId, version, name: `org ${orgId}`, timeZone: 'UTC', baseCurrency: 'USD' }),
    { orgId, key: orgId, subject: `org/${orgId}`, time: new Date('2026-01-15T12:00:00Z') },
  );

export interface Stand {
  database: TestDatabase;
  broker: TestBroker;
  app(options?: Partial<MessagingOptions>, handlers?: Type[]): Promise<INestApplication>;
  close(): Promise<void>;
}

/** A database and a corner of the broker; `app` starts one process of a small service on them. */
export async function stand(): Promise<Stand> {
  const database = await testDatabase({ migrations });
  const broker = await testBroker();
  const apps: INestApplication[] = [];
  return {
    database,
    broker,
    app: async (options = {}, handlers = [OnOrgs]) => {
      @Module({
        imports: [
          PersistenceModule.forRoot({ url: database.url, migrations, lockTimeoutMs: 1_000 }),
          MessagingModule.forRoot({
            service: 'notes',
            brokers: broker.brokers,
            topicPrefix: broker.topicPrefix,
            publishes: [topicDefs.org],
            logger: process.env.SHOW_LOG ? loud : quiet,
            ...options,
          }),
        ],
        providers: handlers,
      })
      class NotesModule {}
      const app = await NestFactory.create(NotesModule, new FastifyAdapter(), { logger: false, abortOnError: false });
      await app.init();
      await startMessaging(app);
      apps.push(app);
      return app;
    },
    close: async () => {
      for (const app of apps) await app.close();
      await broker.close();
      await database.close();
    },
  };
}

const print = (fields: object, message: string): void => {
  process.stderr.write(
    `${message} ${JSON.stringify(fields, (_, v) => (typeof v === 'bigint' ? String(v) : v instanceof Error ? v.stack : v))}\n`,
  );
};
const loud: Logger = { debug() {}, info: print, warn: print, error: print, child: () => loud };

export const ready = (app: INestApplication): Promise<void> =>
  until(() => app.get(MessagingHealth).state().ready, 'messaging is ready');

/** Waits for something that comes true by itself. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, waitMs = 45_000): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`after ${waitMs / 1000} s still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const rows = <R>(
  app: INestApplication,
  sql: string,
  params: unknown[] = [],
  orgs = ['1', '2', '3'],
): Promise<R[]> => app.get(TransactionRunner).run(orgs, (tx) => tx.query<R>(sql, params));

export const newId = (): string => randomUUID();
