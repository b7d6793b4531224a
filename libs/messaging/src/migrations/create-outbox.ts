import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events on their way out. Rows live for milliseconds, so vacuum has to come by count, not by share of the table. */
export class CreateOutbox1700000000001 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table outbox (
        id bigint generated always as identity primary key,
        topic text not null,
        key text not null,
        headers json not null,
        value text not null,
        created_at timestamptz not null default now(),
        error text,
        parked_at timestamptz
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000)`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table outbox');
  }
}
