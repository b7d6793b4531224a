import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateChangeHint1764000000111 implements MigrationInterface {
  name = 'CreateChangeHint1764000000111';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table change_hint (
      id bigint generated always as identity primary key,
      org_id bigint not null,
      company text not null,
      entity text not null,
      external_id text not null,
      hinted_at timestamptz not null
    )`);
    await query.query(`create index change_hint_company on change_hint (org_id, company, id)`);
    for (const statement of tenantTable('change_hint')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table change_hint`);
  }
}
