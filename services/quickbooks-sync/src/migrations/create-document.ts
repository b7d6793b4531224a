import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateDocument1764000000109 implements MigrationInterface {
  name = 'CreateDocument1764000000109';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table document (
      org_id bigint not null,
      company text not null,
      kind text not null check (kind in ('invoice', 'credit_note', 'payment')),
      external_id text not null,
      document_id uuid not null,
      customer_external_id text not null,
      facts json not null,
      read_at timestamptz not null,
      deleted boolean not null,
      observed text not null check (observed in ('live', 'import')),
      accepted_due_date date,
      parked_since timestamptz,
      version integer not null,
      published_customer_id bigint,
      published_content json,
      import_run bigint,
      primary key (org_id, company, kind, external_id)
    )`);
    await query.query(
      `create index document_parked on document (org_id, company, customer_external_id) where parked_since is not null`,
    );
    await query.query(`create index document_customer on document (org_id, company, customer_external_id)`);
    for (const statement of tenantTable('document')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table document`);
  }
}
