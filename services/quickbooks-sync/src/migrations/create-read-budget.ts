import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreateReadBudget1764000000115 implements MigrationInterface {
  name = 'CreateReadBudget1764000000115';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table read_budget (
      org_id bigint not null,
      company text not null,
      month date not null,
      reads bigint not null,
      primary key (org_id, company, month)
    )`);
    for (const statement of tenantTable('read_budget')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table read_budget`);
  }
}
