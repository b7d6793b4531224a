import { tenantTable } from '@cashloop/persistence/tenant-table';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People of an org. */
export class CreateAppUser1764000000103 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table app_user (
        id bigint generated always as identity primary key,
        org_id bigint not null references org,
        email text not null,
        name text not null,
        roles text[] not null,
        active boolean not null default true,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
    await query.query('create index app_user_by_org on app_user (org_id, lower(name), id)');
    for (const statement of tenantTable('app_user')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table app_user');
  }
}
