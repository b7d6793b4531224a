import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateCustomer1764000000105 implements MigrationInterface {
  name = 'CreateCustomer1764000000105';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table customer (
      org_id bigint not null,
      customer_id bigint not null,
      version integer not null,
      teri_code text not null,
      name text not null,
      email text not null,
      phone text not null,
      currency text not null,
      active boolean not null,
      qbo_last_sync_at timestamptz,
      primary key (org_id, customer_id)
    )`);
    for (const statement of tenantTable('customer')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table customer`);
  }
}
