import { tenantTable } from '@cashloop/persistence/tenant-table';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Programs of an org that call the API with a client id and a secret. */
export class CreateApiClient1764000000104 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table api_client (
        id bigint generated always as identity primary key,
        org_id bigint not null references org,
        client_id text not null unique,
        name text not null,
        roles text[] not null,
        active boolean not null default true,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
    await query.query('create index api_client_by_org on api_client (org_id, lower(name), id)');
    for (const statement of tenantTable('api_client')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table api_client');
  }
}
