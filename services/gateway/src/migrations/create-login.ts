import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may sign in, by what they type: looked up before the org is known, hence without row-level security.
 * `handle` is `user:<email>` or `client:<client id>`. Tokens issued before `tokens_from` are refused.
 */
export class CreateLogin1764000000102 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table login (
        handle text primary key,
        kind text not null check (kind in ('user', 'client')),
        subject_id bigint not null,
        org_id bigint not null references org,
        secret_hash text not null,
        roles text[] not null,
        active boolean not null,
        tokens_from timestamptz not null,
        unique (kind, subject_id)
      )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table login');
  }
}
