import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWebhookEvent1764000000104 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table webhook_event (
        id bigint generated always as identity primary key,
        event_id uuid not null,
        realm_id text not null references company,
        entity text not null,
        entity_id text not null,
        event text not null,
        time timestamptz not null,
        due_at timestamptz not null,
        attempts integer not null default 0
      )`);
    await query.query('create index webhook_event_due on webhook_event (due_at, id)');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table webhook_event');
  }
}
