import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateCustomerLink1764000000106 implements MigrationInterface {
  name = 'CreateCustomerLink1764000000106';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table customer_link (
      org_id bigint not null,
      company text not null,
      external_id text not null,
      customer_id bigint not null,
      primary key (org_id, company, external_id)
    )`);
    await query.query(`create index customer_link_customer on customer_link (org_id, customer_id)`);
    for (const statement of tenantTable('customer_link')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table customer_link`);
  }
}
