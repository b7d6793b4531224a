import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounting systems know one currency per customer: a party with two is two customers there, which this ties together. */
export class LinkOtherCurrencies1764000001005 implements MigrationInterface {
  name = 'LinkOtherCurrencies1764000001005';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`alter table customer add column other_currency_of bigint`);
    await query.query(`alter table customer add constraint customer_other_currency_of_fkey
      foreign key (org_id, other_currency_of) references customer (org_id, id)`);
    await query.query(`create index customer_other_currency_of on customer (other_currency_of)
      where other_currency_of is not null`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`alter table customer drop column other_currency_of`);
  }
}
