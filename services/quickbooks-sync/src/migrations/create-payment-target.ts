import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

export class CreatePaymentTarget1764000000110 implements MigrationInterface {
  name = 'CreatePaymentTarget1764000000110';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table payment_target (
      org_id bigint not null,
      company text not null,
      payment_external_id text not null,
      target_kind text not null,
      target_external_id text not null,
      primary key (org_id, company, payment_external_id, target_kind, target_external_id)
    )`);
    await query.query(
      `create index payment_target_of on payment_target (org_id, company, target_kind, target_external_id)`,
    );
    for (const statement of tenantTable('payment_target')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table payment_target`);
  }
}
