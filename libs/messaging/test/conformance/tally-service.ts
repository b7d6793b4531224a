import { randomUUID } from 'node:crypto';
import { type INestApplication, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  companyKey,
  create,
  customerKey,
  type CustomerState,
  CustomerStateSchema,
  type Event,
  headerText,
  outgoing,
  type OutgoingEvent,
  ReadingStateSchema,
  type TopicDef,
  topicDefs,
} from '@cashloop/events';
import { PersistenceModule, type PersistenceOptions } from '@cashloop/persistence';
import { tenantTable } from '@cashloop/persistence/tenant-table';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import {
  Effects,
  type HandlerContext,
  Handles,
  Inbox,
  MessagingHealth,
  MessagingModule,
  type MessagingOptions,
  startMessaging,
} from '../../src/index.ts';
import { migrations as notes, quiet, recordSeen, rows, trouble, until } from '../notes-service.ts';
import { CreateAccounts1764000000003 } from './accounts-service.ts';
import { type BrokerClients, type BrokerStage, published, recordsOf } from './broker-stage.ts';

export const orgs = ['1', '2', '3'];
/** Aggregates of the suite, spread over orgs and partitions. */
const customers = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'];
export const orgOf = (customer: string): string => orgs[Number(customer) % orgs.length] as string;

/** Newest version per aggregate, and how many versions had their effect. */
class CreateTally1764000000002 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(
      `create table tally (org_id bigint not null, customer_id bigint primary key, newest int not null default 0,
         effects int not null default 0)`,
    );
    for (const statement of tenantTable('tally')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table tally');
  }
}

const migrations = [...notes, CreateTally1764000000002, CreateAccounts1764000000003];
type Changes = readonly Event<CustomerState>[];

/** Applies each version once: one more effect in its row, one event out. `trouble.before` is called between the two. */
@Injectable()
class OnTally {
  @Handles(topicDefs.customer, { projection: 'tally' })
  async handle(events: Changes, ctx: HandlerContext): Promise<OutgoingEvent[]> {
    const newest = await lock(ctx, events);
    const fresh = events.filter(({ data }) => data.version > (newest.get(data.customerId) ?? 0));
    await recordSeen(events, ctx);
    for (const { data } of fresh) {
      const sql = 'update tally set newest = $2, effects = effects + 1 where customer_id = $1 and newest < $2';
      await ctx.tx.query(sql, [data.customerId, data.version]);
    }
    await trouble.before(events as never, ctx);
    return fresh.map(answerTo);
  }
}

async function lock({ tx }: HandlerContext, events: Changes): Promise<Map<string, number>> {
  const ids = [...new Set(events.map((event) => event.data.customerId))];
  await tx.query(
    'insert into tally select * from unnest($1::bigint[], $2::bigint[]) row(o, c) order by c on conflict do nothing',
    [ids.map(orgOf), ids],
  );
  const rows = await tx.query<{ customer_id: string; newest: number }>(
    'select * from tally where customer_id = any($1::bigint[]) order by customer_id for update',
    [ids],
  );
  return new Map(rows.map((row) => [row.customer_id, row.newest]));
}

function answerTo({ orgId, data }: Changes[number]): OutgoingEvent {
  const subject = `answer/${data.customerId}/${data.version}`;
  const state = create(ReadingStateSchema, { system: 'tally', company: data.customerId, version: data.version });
  const key = companyKey(orgId, 'tally', data.customerId);
  return outgoing(topicDefs.sync, 'reading_completed', state, { orgId, key, subject, time });
}

const time = new Date('2026-01-15T12:00:00Z');

function change(customerId: string, version: number): OutgoingEvent {
  const orgId = orgOf(customerId);
  const state = create(CustomerStateSchema, { customerId, version, name: `Customer ${customerId}`, currency: 'USD' });
  const key = customerKey(orgId, customerId);
  return outgoing(topicDefs.customer, 'customer_upserted', state, {
    orgId,
    key,
    subject: `customer/${customerId}`,
    time,
  });
}

type TallyOptions = Partial<MessagingOptions> &
  Pick<PersistenceOptions, 'idleInTransactionTimeoutMs' | 'statementTimeoutMs'> & { handlers?: Type[] };

/** One process of the service, ready. */
export async function startTally(options: TallyOptions & { url: string }): Promise<INestApplication> {
  const { url, idleInTransactionTimeoutMs, statementTimeoutMs, handlers = [OnTally], ...messaging } = options;
  const limits = { lockTimeoutMs: 1_000, idleInTransactionTimeoutMs, statementTimeoutMs };
  @Module({
    imports: [
      PersistenceModule.forRoot({ url, migrations, ...limits }),
      MessagingModule.forRoot({ service: 'tally', brokers: [], publishes: published, logger: quiet, ...messaging }),
    ],
    providers: handlers,
  })
  class TallyModule {}
  const app = await NestFactory.create(TallyModule, new FastifyAdapter(), { logger: false, abortOnError: false });
  await app.init();
  await startMessaging(app);
  await until(() => app.get(MessagingHealth).state().ready, 'messaging is ready', 60_000);
  return app;
}

export type OpenDatabase<D extends TestDatabase> = (options: Parameters<typeof testDatabase>[0]) => Promise<D>;

/** One service on one broker: as many processes of it as a test wants. */
export class TallyStage<S extends BrokerClients = BrokerStage, D extends TestDatabase = TestDatabase> {
  readonly stage: S;
  readonly database: D;
  readonly #apps: INestApplication[] = [];
  /** Newest version made per aggregate. */
  readonly versions = new Map<string, number>();

  private constructor(stage: S, database: D) {
    this.stage = stage;
    this.database = database;
  }

  static open<S extends BrokerClients>(openStage: () => Promise<S>): Promise<TallyStage<S>> {
    return TallyStage.openOn(openStage, testDatabase);
  }

  static async openOn<S extends BrokerClients, D extends TestDatabase>(
    openStage: () => Promise<S>,
    openDatabase: OpenDatabase<D>,
  ): Promise<TallyStage<S, D>> {
    return new TallyStage(await openStage(), await openDatabase({ migrations }));
  }

  async app(options: TallyOptions & { url?: string } = {}): Promise<INestApplication> {
    const app = await startTally({ url: this.database.url, broker: this.stage.client(), ...options });
    this.#apps.push(app);
    return app;
  }

  /** The next versions of all aggregates in turn. */
  events(count: number): OutgoingEvent[] {
    return Array.from({ length: count }, (_, i) => {
      const customer = customers[i % customers.length] as string;
      const version = (this.versions.get(customer) ?? 0) + 1;
      this.versions.set(customer, version);
      return change(customer, version);
    });
  }

  async commit(app: INestApplication, events: readonly OutgoingEvent[]): Promise<void> {
    await app.get(Effects).commit(orgs, async () => [...events]);
  }

  /**
   * Again until it is answered: by then it is committed once, also when an earlier try was and its answer was lost.
   * @returns what the tries before failed with
   */
  async commitSurely(app: INestApplication, events: readonly OutgoingEvent[]): Promise<unknown[]> {
    const [inbox, effects, key] = [app.get(Inbox), app.get(Effects), randomUUID()];
    const once = async ({ tx }: HandlerContext): Promise<OutgoingEvent[]> =>
      (await inbox.first(tx, 'conformance', key)) ? [...events] : [];
    const faults: unknown[] = [];
    const answered = (): Promise<boolean> =>
      effects.commit(orgs, once).then(
        () => true,
        (fault: unknown) => faults.push(fault) === 0,
      );
    await until(answered, 'a commit', 60_000);
    return faults;
  }

  async effects(app: INestApplication): Promise<number> {
    const [row] = await rows<{ n: string | null }>(app, 'select sum(effects) n from tally', [], orgs);
    return Number(row?.n ?? 0);
  }

  /** Waits until all is through, then looks whether each version had its effects exactly once, and its answer is out. */
  async settles(app: INestApplication, waitMs = 45_000): Promise<void> {
    const wanted = [...this.versions.values()].reduce((sum, version) => sum + version, 0);
    await until(async () => (await this.effects(app)) >= wanted, `${wanted} effects`, waitMs);
    await until(async () => (await rows(app, 'select 1 from outbox limit 1')).length === 0, 'outbox empty', waitMs);
    const tally = await rows<{ customer_id: string; newest: number; effects: number }>(
      app,
      'select * from tally',
      [],
      orgs,
    );
    const found = tally.map((row) => [row.customer_id, row.newest, row.effects]);
    expect(new Set(found)).toEqual(new Set([...this.versions].map(([customer, n]) => [customer, n, n])));
    const answers = await this.answers();
    expect(answers.size).toBe(wanted);
    expect([...answers].filter(([, ids]) => ids.size > 1)).toEqual([]);
  }

  /**
   * An event may stand on the topic twice, after a relay that died; but each record of it is handled exactly once.
   * @param parked ids of events that no handler ever took
   */
  async eachRecordOnce(
    app: INestApplication,
    topics: readonly TopicDef[] = [topicDefs.customer],
    parked: readonly string[] = [],
  ): Promise<void> {
    const records = new Map<string, number>();
    for (const { name } of topics) {
      for (const { headers } of await recordsOf(this.stage, name)) {
        const id = headerText(headers, 'ce_id') ?? '';
        records.set(id, (records.get(id) ?? 0) + 1);
      }
    }
    for (const id of parked) expect([id, records.delete(id)]).toEqual([id, true]);
    const handled = (): Promise<{ event_id: string; times: number }[]> => rows(app, 'select * from seen', [], orgs);
    const total = [...records.values()].reduce((sum, times) => sum + times, 0);
    const all = async (): Promise<boolean> => (await handled()).reduce((sum, { times }) => sum + times, 0) >= total;
    // A repeated record may come last; the comparison says more than this wait.
    await until(all, `${total} records handled`, 20_000).catch(() => undefined);
    const seen = await handled();
    expect(new Map(seen.map((row) => [row.event_id, row.times]))).toEqual(records);
  }

  /** Ids of the published answers, per version they answer: more than one is an effect done twice. */
  async answers(): Promise<Map<string, Set<string>>> {
    const answers = new Map<string, Set<string>>();
    for (const { headers } of await recordsOf(this.stage, topicDefs.sync.name)) {
      const cause = headerText(headers, 'ce_subject') ?? '';
      answers.set(cause, (answers.get(cause) ?? new Set()).add(headerText(headers, 'ce_id') ?? ''));
    }
    return answers;
  }

  /** One statement of nobody's process, with the rights of the operator. */
  async asAdmin<R>(sql: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.database.adminUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows as R[];
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    trouble.before = async () => undefined;
    for (const app of this.#apps) await app.close();
    await this.stage.close();
    await this.database.close();
  }
}
