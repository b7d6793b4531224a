import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateConnection1764000000103 implements MigrationInterface {
  name = 'CreateConnection1764000000103';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table connection (
      org_id bigint not null,
      company text not null,
      company_name text not null,
      home_currency text not null,
      state text not null check (state in ('importing', 'live', 'needs_reconsent', 'error')),
      phase text not null check (phase in ('reading', 'releasing', 'done')),
      connected_at timestamptz not null,
      import_run bigint not null default 1,
      import_as_of timestamptz not null,
      import_read_at timestamptz,
      last_reading_at timestamptz,
      last_sweep_at timestamptz,
      sweep_requested_at timestamptz,
      reading_version integer not null default 0,
      last_error text,
      primary key (org_id, company)
    )`);
    for (const statement of tenantTable('connection')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table connection`);
  }
}
