import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A copy of cashloop.org.v1: a new customer without a currency gets its org's. Exempt from row-level security. */
export class CreateOrg1764000001001 implements MigrationInterface {
  name = 'CreateOrg1764000001001';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table org (
      org_id bigint primary key,
      version integer not null,
      base_currency text not null
    )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table org`);
  }
}
