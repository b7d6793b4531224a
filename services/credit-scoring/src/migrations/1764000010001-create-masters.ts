import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

/** Copies of what the master and the sync services tell: orgs, customers, readings. */
export class CreateMasters1764000010001 implements MigrationInterface {
  readonly name = 'CreateMasters1764000010001';

  async up(query: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table company_reading, customer_company, customer, org');
  }
}

const STATEMENTS = [
  // Exempt from row-level security: sweeps loop over it, and it holds no business data.
  `create table org (
    org_id bigint primary key,
    version int not null,
    time_zone text not null,
    base_currency text not null,
    calendar text not null
  )`,
  `create table customer (
    org_id bigint not null,
    customer_id bigint not null,
    version int not null,
    teri_code text not null,
    currency text not null,
    parent_id bigint,
    active boolean not null,
    links jsonb not null,
    primary key (org_id, customer_id)
  )`,
  ...tenantTable('customer'),
  `create table customer_company (
    org_id bigint not null,
    customer_id bigint not null,
    company text not null,
    import_version int not null,
    import_as_of timestamptz,
    tie_out_version int not null,
    agrees boolean not null,
    primary key (org_id, customer_id, company)
  )`,
  `comment on column customer_company.company is 'system:company, as quickbooks:9341'`,
  ...tenantTable('customer_company'),
  `create table company_reading (
    org_id bigint not null,
    company text not null,
    version int not null,
    as_of timestamptz not null,
    primary key (org_id, company)
  )`,
  ...tenantTable('company_reading'),
];
