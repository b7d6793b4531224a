import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateCustomerUpdate1764000000116 implements MigrationInterface {
  name = 'CreateCustomerUpdate1764000000116';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table customer_update (
      org_id bigint not null,
      company text not null,
      customer_id bigint not null,
      external_id text not null,
      request_id uuid not null,
      change json not null,
      requested_at timestamptz not null,
      primary key (org_id, company, customer_id)
    )`);
    for (const statement of tenantTable('customer_update')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table customer_update`);
  }
}
