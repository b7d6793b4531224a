import { messagingMigrations } from '@cashloop/messaging/migrations';
import { tenantTable } from '@cashloop/persistence/tenant-table';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the plain design keeps, as a service of ours would. A balance below zero is the poison of the benchmark. */
class CreateBench1764000000001 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(
      `create table bench_invoice (org_id bigint not null, invoice_id uuid primary key, version int not null,
         customer_id bigint not null, state int not null, due_date date not null,
         balance_minor bigint not null check (balance_minor >= 0))`,
    );
    await query.query(
      `create table bench_account (org_id bigint not null, customer_id bigint primary key, version int not null default 0,
         exposure_minor bigint not null default 0, held boolean not null default false)`,
    );
    for (const table of ['bench_invoice', 'bench_account'])
      for (const statement of tenantTable(table)) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table bench_invoice, bench_account');
  }
}

export const migrations: Function[] = [...messagingMigrations, CreateBench1764000000001];
