import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What came from outside: webhooks by their key, commands by their Idempotency-Key with the reply they got. */
export class CreateInbox1700000000003 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table inbox (
        source text not null,
        key text not null,
        body_hash text,
        status int,
        reply text,
        created_at timestamptz not null default now(),
        primary key (source, key)
      )`);
    await query.query('create index inbox_created_at on inbox (created_at)');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table inbox');
  }
}
