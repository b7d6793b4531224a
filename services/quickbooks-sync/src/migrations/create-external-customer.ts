import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateExternalCustomer1764000000107 implements MigrationInterface {
  name = 'CreateExternalCustomer1764000000107';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table external_customer (
      org_id bigint not null,
      company text not null,
      external_id text not null,
      facts json,
      read_at timestamptz not null,
      version integer not null default 0,
      customer_id bigint,
      released boolean not null default false,
      import_run bigint,
      primary key (org_id, company, external_id)
    )`);
    await query.query(
      `create index external_customer_unreleased on external_customer (org_id, company) where not released`,
    );
    await query.query(`create index external_customer_customer on external_customer (org_id, company, customer_id)`);
    for (const statement of tenantTable('external_customer')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table external_customer`);
  }
}
