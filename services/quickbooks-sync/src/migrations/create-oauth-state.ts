import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateOauthState1764000000104 implements MigrationInterface {
  name = 'CreateOauthState1764000000104';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table oauth_state (
      org_id bigint not null,
      state_hash bytea not null,
      user_id text not null,
      expires_at timestamptz not null,
      primary key (org_id, state_hash)
    )`);
    for (const statement of tenantTable('oauth_state')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table oauth_state`);
  }
}
