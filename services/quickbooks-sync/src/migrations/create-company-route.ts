import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCompanyRoute1764000000102 implements MigrationInterface {
  name = 'CreateCompanyRoute1764000000102';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table company_route (
      system text not null,
      company text not null,
      org_id bigint not null,
      primary key (system, company)
    )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table company_route`);
  }
}
