import { Injectable } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  companyKey,
  create,
  CreditLimitState_Basis,
  type CreditLimitState,
  CreditLimitStateSchema,
  customerKey,
  type Event,
  InvoiceState_State,
  type InvoiceState,
  InvoiceStateSchema,
  type MessageOf,
  outgoing,
  type OutgoingEvent,
  ReadingStateSchema,
  topicDefs,
} from '@cashloop/events';
import { tenantTable } from '@cashloop/persistence/tenant-table';
import { type HandlerContext, Handles } from '../../src/index.ts';
import { recordSeen } from '../notes-service.ts';

/** Where an account's limit and its amounts come from: they have no order between them. */
export const accountTopics = [topicDefs.credit, topicDefs.receivable] as const;

/** `newest` is the highest version seen on any way, `late` counts the batches that came after a higher one. */
export class CreateAccounts1764000000003 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(
      `create table account (org_id bigint not null, account_id bigint primary key, limit_minor bigint,
         told int not null default 0, newest int not null default 0, late int not null default 0)`,
    );
    await query.query(
      `create table amount (org_id bigint not null, invoice_id text primary key, account_id bigint not null,
         version int not null, minor bigint not null)`,
    );
    for (const table of ['account', 'amount']) {
      for (const statement of tenantTable(table)) await query.query(statement);
    }
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table amount, account');
  }
}

interface Change {
  readonly orgId: string;
  readonly account: string;
  readonly version: number;
}

/** One account's limit is on one topic and its amounts are in several partitions of another one. Their sum crosses it once. */
@Injectable()
export class OnAccounts {
  @Handles(topicDefs.credit, { projection: 'accounts' })
  async limits(events: readonly Event<MessageOf<typeof topicDefs.credit>>[], ctx: HandlerContext) {
    const limits = events as readonly Event<CreditLimitState>[];
    const changes = limits.map(({ orgId, data }) => ({ orgId, account: data.accountId, version: data.version }));
    await lock(ctx, changes);
    await recordSeen(events, ctx);
    for (const { data } of limits) {
      const sql = 'update account set limit_minor = $2 where account_id = $1';
      await ctx.tx.query(sql, [data.accountId, data.limitInForceMinor]);
    }
    return crossings(ctx, changes);
  }

  @Handles(topicDefs.receivable, { projection: 'accounts' })
  async amounts(events: readonly Event<MessageOf<typeof topicDefs.receivable>>[], ctx: HandlerContext) {
    const invoices = events as readonly Event<InvoiceState>[];
    const changes = invoices.map(({ orgId, data }) => ({ orgId, account: data.customerId, version: data.version }));
    await lock(ctx, changes);
    await recordSeen(events, ctx);
    for (const { orgId, data } of invoices) {
      await ctx.tx.query(
        `insert into amount values ($1, $2, $3, $4, $5) on conflict (invoice_id) do update
         set version = excluded.version, minor = excluded.minor where amount.version < excluded.version`,
        [orgId, data.invoiceId, data.customerId, data.version, data.totalMinor],
      );
    }
    return crossings(ctx, changes);
  }
}

/** All that meet in an account wait for each other here, from its very first event on. */
async function lock({ tx }: HandlerContext, changes: readonly Change[]): Promise<void> {
  const orgs = new Map(changes.map(({ account, orgId }) => [account, orgId]));
  const ids = [...orgs.keys()];
  await tx.query(
    `insert into account (org_id, account_id) select * from unnest($1::bigint[], $2::bigint[]) row(o, a) order by a
     on conflict do nothing`,
    [[...orgs.values()], ids],
  );
  await tx.query('select 1 from account where account_id = any($1::bigint[]) order by account_id for update', [ids]);
}

/** Decides by rows that others write too: right only under the lock of their account. */
async function crossings({ tx }: HandlerContext, changes: readonly Change[]): Promise<OutgoingEvent[]> {
  const accounts = changes.map(({ account }) => account);
  const crossed = await tx.query<{ org_id: string; account_id: string }>(
    `select org_id, account_id from account where account_id = any($1::bigint[]) and told = 0
       and limit_minor < (select sum(minor) from amount where amount.account_id = account.account_id)`,
    [accounts],
  );
  const ids = crossed.map(({ account_id }) => account_id);
  await tx.query('update account set told = told + 1 where account_id = any($1::bigint[])', [ids]);
  await tx.query(
    `update account set late = late + (newest > first)::int, newest = greatest(newest, last)
     from (select a, min(v) first, max(v) last from unnest($1::bigint[], $2::int[]) row(a, v) group by a) told
     where account_id = a`,
    [accounts, changes.map(({ version }) => version)],
  );
  return crossed.map((row) => crossing(row.org_id, row.account_id));
}

const time = new Date('2026-01-15T12:00:00Z');

function crossing(orgId: string, account: string): OutgoingEvent {
  const state = create(ReadingStateSchema, { system: 'accounts', company: account, version: 1 });
  const key = companyKey(orgId, 'accounts', account);
  return outgoing(topicDefs.sync, 'reading_completed', state, { orgId, key, subject: `crossing/${account}`, time });
}

export function limitOf({ orgId, account, version }: Change, minor: number): OutgoingEvent {
  const state = create(CreditLimitStateSchema, {
    accountId: account,
    version,
    currency: 'USD',
    limitInForceMinor: String(minor),
    basis: CreditLimitState_Basis.MANUAL,
  });
  const fields = { orgId, key: customerKey(orgId, account), subject: `credit_limit/${account}`, time };
  return outgoing(topicDefs.credit, 'credit_limit_changed', state, fields);
}

/** Each invoice has a key of its own, unlike the real ones: so one account's lie in several partitions. */
export function amountOf({ orgId, account, version }: Change, invoice: string, minor: number): OutgoingEvent {
  const state = create(InvoiceStateSchema, {
    invoiceId: invoice,
    version,
    customerId: account,
    state: InvoiceState_State.OPEN,
    totalMinor: String(minor),
  });
  const fields = { orgId, key: customerKey(orgId, invoice), subject: `invoice/${invoice}`, time };
  return outgoing(topicDefs.receivable, 'invoice_updated', state, fields);
}
