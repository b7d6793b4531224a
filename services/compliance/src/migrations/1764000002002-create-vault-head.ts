import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where each chain ends. Holds no business data, so row-level security does not cover it. */
export class CreateVaultHead1764000002002 implements MigrationInterface {
  name = 'CreateVaultHead1764000002002';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create table vault_head (
      topic text not null,
      partition integer not null,
      next_sequence bigint not null,
      hash bytea not null,
      primary key (topic, partition)
    )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop table vault_head`);
  }
}
