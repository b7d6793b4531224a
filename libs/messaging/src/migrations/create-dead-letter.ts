import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events a handler could not take, whole, so that they can be tried again.
 * retrying -> done | parked;  parked -> retrying (operator) | discarded (operator).
 */
export class CreateDeadLetter1700000000004 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table dead_letter (
        id bigint generated always as identity primary key,
        projection text not null,
        topic text not null,
        partition int not null,
        record_offset bigint not null,
        event_id text,
        event_type text,
        org_id text,
        key bytea,
        headers json not null,
        value bytea,
        record_time bigint not null,
        state text not null check (state in ('retrying', 'parked', 'done', 'discarded')),
        attempts int not null default 0,
        next_attempt_at timestamptz,
        error_code text not null,
        error text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (projection, topic, partition, record_offset)
      )`);
    await query.query(`create index dead_letter_due on dead_letter (next_attempt_at) where state = 'retrying'`);
    await query.query(`create index dead_letter_parked on dead_letter (projection) where state = 'parked'`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table dead_letter');
  }
}
