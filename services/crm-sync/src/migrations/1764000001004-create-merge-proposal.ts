import { tenantTable } from '@cashloop/persistence/tenant-table';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMergeProposal1764000001004 implements MigrationInterface {
  name = 'CreateMergeProposal1764000001004';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table merge_proposal (
      id bigint generated always as identity primary key,
      org_id bigint not null,
      customer_id bigint not null,
      other_customer_id bigint not null,
      reason text not null check (reason in ('same_name', 'same_email')),
      created_at timestamptz not null,
      unique (org_id, customer_id, other_customer_id),
      foreign key (org_id, customer_id) references customer (org_id, id),
      foreign key (org_id, other_customer_id) references customer (org_id, id)
    )`);
    for (const statement of tenantTable('merge_proposal')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table merge_proposal`);
  }
}
