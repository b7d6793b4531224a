import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

/** The aggregate: one row per customer, locked before anything about its account is decided. */
export class CreateAccounts1764000010003 implements MigrationInterface {
  readonly name = 'CreateAccounts1764000010003';

  async up(query: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table open_change, account');
  }
}

const STATEMENTS = [
  `create table account (
    org_id bigint not null,
    account_id bigint not null,
    root_id bigint not null,
    member_ids bigint[] not null,
    companies text[] not null default '{}',
    currency text,
    version bigint not null default 0,
    exposure_minor bigint not null default 0,
    unconvertible int not null default 0,
    untied int not null default 0,
    ready boolean not null default false,
    rebuild_due boolean not null default false,
    standing_limit_minor bigint,
    temporary_limit_minor bigint,
    limit_expires_at timestamptz,
    limit_version int not null default 0,
    raised boolean not null default false,
    judged_exposure_minor bigint not null default 0,
    judged_with_limit boolean not null default false,
    cause_event_id text,
    cause_at timestamptz,
    rise_event_id text,
    rise_at timestamptz,
    breach_id uuid,
    breach_version int not null default 0,
    hold_id uuid,
    hold_version int not null default 0,
    manual_hold jsonb,
    due_at timestamptz,
    primary key (org_id, account_id)
  ) with (fillfactor = 60)`,
  'create index account_root on account (org_id, root_id) where root_id <> account_id',
  'create index account_due on account (due_at) where due_at is not null',
  'create index account_rebuild on account (org_id) where rebuild_due',
  'create index account_limit_end on account (limit_expires_at) where temporary_limit_minor is not null',
  'create index account_undecided on account (org_id, account_id) where raised or hold_id is not null',
  ...tenantTable('account'),
  `create table open_change (
    org_id bigint not null,
    account_id bigint not null,
    change_id text not null,
    waiting_for bigint[] not null,
    touched_at timestamptz not null,
    primary key (org_id, account_id, change_id)
  )`,
  ...tenantTable('open_change'),
];
