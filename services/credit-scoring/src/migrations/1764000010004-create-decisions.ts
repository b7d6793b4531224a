import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

/** Every breach and hold there ever was, who changed what, and the policy. */
export class CreateDecisions1764000010004 implements MigrationInterface {
  readonly name = 'CreateDecisions1764000010004';

  async up(query: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table credit_settings, credit_audit, credit_hold, credit_breach');
  }
}

const STATEMENTS = [
  `create table credit_breach (
    org_id bigint not null,
    breach_id uuid not null,
    account_id bigint not null,
    version int not null,
    currency text not null,
    opened_at timestamptz not null,
    opened_exposure_minor bigint not null,
    opened_limit_minor bigint not null,
    opened_by_event_id text not null,
    cleared_at timestamptz,
    cleared_exposure_minor bigint,
    cleared_limit_minor bigint,
    cleared_by_event_id text,
    data_as_of timestamptz not null,
    policy_version int not null,
    account_version bigint not null,
    primary key (org_id, breach_id)
  )`,
  'create index credit_breach_account on credit_breach (org_id, account_id, opened_at)',
  ...tenantTable('credit_breach'),
  `create table credit_hold (
    org_id bigint not null,
    hold_id uuid not null,
    account_id bigint not null,
    version int not null,
    state text not null,
    severity text not null,
    scope text not null,
    enforcement text not null,
    member_ids bigint[] not null,
    causes jsonb not null,
    currency text not null,
    exposure_minor bigint not null,
    limit_minor bigint,
    causing_event_id text not null,
    placed_at timestamptz not null,
    valid_from timestamptz not null,
    data_as_of timestamptz not null,
    released_because text,
    policy_version int not null,
    account_version bigint not null,
    primary key (org_id, hold_id)
  )`,
  'create index credit_hold_list on credit_hold (org_id, state, valid_from, hold_id)',
  'create index credit_hold_account on credit_hold (org_id, account_id, placed_at)',
  ...tenantTable('credit_hold'),
  `create table credit_audit (
    org_id bigint not null,
    audit_id bigint generated always as identity,
    account_id bigint not null,
    action text not null,
    currency text,
    old_limit_minor bigint,
    new_limit_minor bigint,
    expires_at timestamptz,
    reason text not null,
    performed_by text not null,
    created_at timestamptz not null,
    primary key (org_id, audit_id)
  )`,
  `comment on column credit_audit.account_id is '0: the org itself, its settings'`,
  'create index credit_audit_account on credit_audit (org_id, account_id, audit_id)',
  ...tenantTable('credit_audit'),
  `create table credit_settings (
    org_id bigint primary key,
    version int not null,
    weights jsonb not null,
    enforcement text not null,
    warn_from_percent int not null,
    updated_by text not null,
    updated_at timestamptz not null
  )`,
  ...tenantTable('credit_settings'),
];
