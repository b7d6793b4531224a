import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A hold by hand is a document of its own: told when it changes, so that a replay sees what a person did. */
export class TellManualHolds1764000010006 implements MigrationInterface {
  readonly name = 'TellManualHolds1764000010006';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`alter table account add column manual_hold_version int not null default 0,
      add column manual_hold_changed_at timestamptz`);
    // Those there are get a version, so that `ops -- republish` tells them. Row-level security binds migrations too.
    await query.query(`select set_config('cashloop.orgs', (select array_agg(org_id)::text from org), true)`);
    await query.query(`update account set manual_hold_version = 1,
      manual_hold_changed_at = (manual_hold->>'since')::timestamptz where manual_hold is not null`);
    // Weights were not told until now: a new version of the settings says them.
    await query.query('update credit_settings set version = version + 1 where version > 0');
    await query.query(`select set_config('cashloop.orgs', '', true)`);
    await query.query(
      `comment on column account.manual_hold_version is 'of credit_manual_hold_changed; 0: never told'`,
    );
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('alter table account drop column manual_hold_version, drop column manual_hold_changed_at');
  }
}
