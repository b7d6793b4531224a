import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateMisreadDocument1764000000114 implements MigrationInterface {
  name = 'CreateMisreadDocument1764000000114';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table misread_document (
      org_id bigint not null,
      company text not null,
      entity text not null,
      external_id text not null,
      code text not null,
      detail text not null,
      raw text not null,
      seen_at timestamptz not null,
      primary key (org_id, company, entity, external_id)
    )`);
    for (const statement of tenantTable('misread_document')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table misread_document`);
  }
}
