import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOrg1764000000101 implements MigrationInterface {
  name = 'CreateOrg1764000000101';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table org (
      org_id bigint primary key,
      version integer not null,
      base_currency text not null,
      time_zone text not null
    )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table org`);
  }
}
