import { tenantTable } from '@cashloop/persistence/tenant-table';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCustomerLink1764000001003 implements MigrationInterface {
  name = 'CreateCustomerLink1764000001003';

  async up(query: QueryRunner): Promise<void> {
    // Deferred: a first sighting makes and locks its link before it makes the customer.
    await query.query(`create table customer_link (
      org_id bigint not null,
      system text not null,
      company text not null,
      external_id text not null,
      customer_id bigint not null,
      parent_external_id text not null,
      seen_version integer not null,
      primary key (org_id, system, company, external_id),
      foreign key (org_id, customer_id) references customer (org_id, id) deferrable initially deferred
    )`);
    await query.query(`create index customer_link_customer on customer_link (customer_id)`);
    await query.query(`create index customer_link_parent on customer_link (org_id, system, company, parent_external_id)
      where parent_external_id <> ''`);
    for (const statement of tenantTable('customer_link')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table customer_link`);
  }
}
