import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Secrets are kept readable: the stand-in guards nothing, and must give the same refresh token again within a day. */
export class CreateAccess1764000000103 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table oauth_code (
        code text primary key,
        realm_id text not null references company,
        redirect_uri text,
        expires_at timestamptz not null
      )`);
    await query.query(`
      create table oauth_token (
        token text primary key,
        grant_id uuid not null,
        realm_id text not null references company,
        kind text not null check (kind in ('access', 'refresh')),
        granted_at timestamptz not null,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        replaced boolean not null default false
      )`);
    await query.query('create index oauth_token_grant on oauth_token (grant_id)');
    await query.query('create index oauth_token_realm on oauth_token (realm_id)');
    await query.query(`
      create table request_reply (
        realm_id text not null references company,
        request_id text not null,
        reply json not null,
        created_at timestamptz not null,
        primary key (realm_id, request_id)
      )`);
  }

  async down(query: QueryRunner): Promise<void> {
    for (const table of ['request_reply', 'oauth_token', 'oauth_code']) await query.query(`drop table ${table}`);
  }
}
