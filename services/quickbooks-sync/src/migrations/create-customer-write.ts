import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateCustomerWrite1764000000113 implements MigrationInterface {
  name = 'CreateCustomerWrite1764000000113';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table customer_write (
      org_id bigint not null,
      company text not null,
      customer_id bigint not null,
      request_id uuid not null,
      display_name text not null,
      external_id text,
      requested_at timestamptz not null,
      done_at timestamptz,
      primary key (org_id, company, customer_id)
    )`);
    await query.query(`create index customer_write_external on customer_write (org_id, company, external_id)`);
    for (const statement of tenantTable('customer_write')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table customer_write`);
  }
}
