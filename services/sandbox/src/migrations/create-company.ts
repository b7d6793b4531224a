import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCompany1764000000101 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table clock (
        only_one boolean primary key default true check (only_one),
        offset_ms bigint not null
      )`);
    await query.query(`
      create table company (
        realm_id text primary key,
        name text not null unique,
        home_currency text not null,
        time_zone text not null,
        freed_payment_moves boolean not null,
        unique_doc_numbers boolean not null,
        webhooks boolean not null,
        next_name_id bigint not null default 1,
        next_txn_id bigint not null default 1,
        next_doc_number bigint not null default 1001,
        created_at timestamptz not null,
        sample json
      )`);
    await query.query('create sequence company_number start 100000001');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop sequence company_number');
    await query.query('drop table company');
    await query.query('drop table clock');
  }
}
