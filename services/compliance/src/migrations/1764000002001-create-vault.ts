import { tenantTable } from '@cashloop/persistence/tenant-table';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateVault1764000002001 implements MigrationInterface {
  name = 'CreateVault1764000002001';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table vault_record (
      topic text not null,
      partition integer not null,
      sequence bigint not null,
      kafka_offset bigint not null,
      timestamp_ms bigint not null,
      org_id bigint not null,
      stored_at_ms bigint not null,
      event_key bytea,
      key bytea,
      headers bytea not null,
      value bytea,
      previous_hash bytea not null,
      hash bytea not null,
      primary key (topic, partition, sequence),
      unique (topic, partition, kafka_offset)
    )`);
    await query.query(`create unique index vault_record_event on vault_record (org_id, event_key)`);
    for (const statement of tenantTable('vault_record')) await query.query(statement);
    // Org 0 is no tenant: records that name none. And whoever checks a chain must see all of it: that is the owner.
    await query.query(`create policy no_tenant on vault_record using (org_id = 0) with check (org_id = 0)`);
    await query.query(`create policy verify on vault_record for select to current_user using (true)`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table vault_record`);
  }
}
