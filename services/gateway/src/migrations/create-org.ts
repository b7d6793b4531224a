import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tenants. This service owns them and says so on cashloop.org.v1. No row-level security: it holds no business data. */
export class CreateOrg1764000000101 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table org (
        id bigint primary key,
        version int not null,
        name text not null,
        time_zone text not null,
        base_currency char(3) not null,
        calendar text not null,
        updated_at timestamptz not null
      )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table org');
  }
}
