import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateCustomerImport1764000000108 implements MigrationInterface {
  name = 'CreateCustomerImport1764000000108';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table customer_import (
      org_id bigint not null,
      company text not null,
      customer_id bigint not null,
      completed_at timestamptz not null,
      primary key (org_id, company, customer_id)
    )`);
    for (const statement of tenantTable('customer_import')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table customer_import`);
  }
}
