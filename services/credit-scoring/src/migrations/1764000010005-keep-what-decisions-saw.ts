import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The end of a breach has what it saw beside what its opening saw; an audit line names policy and account too. */
export class KeepWhatDecisionsSaw1764000010005 implements MigrationInterface {
  readonly name = 'KeepWhatDecisionsSaw1764000010005';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`alter table credit_breach add column cleared_data_as_of timestamptz,
      add column cleared_policy_version int, add column cleared_account_version bigint`);
    // Until now the end wrote over the opening. Row-level security binds migrations too: they say for which orgs.
    await query.query(`select set_config('cashloop.orgs', (select array_agg(org_id)::text from org), true)`);
    await query.query(`update credit_breach set cleared_data_as_of = data_as_of, cleared_policy_version = policy_version,
      cleared_account_version = account_version where cleared_at is not null`);
    await query.query(`select set_config('cashloop.orgs', '', true)`);
    await query.query('alter table credit_audit add column policy_version int, add column account_version bigint');
    await query.query(
      `comment on column credit_audit.account_version is 'of the account as it was before; null: the org itself'`,
    );
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('alter table credit_audit drop column policy_version, drop column account_version');
    await query.query(`alter table credit_breach drop column cleared_data_as_of, drop column cleared_policy_version,
      drop column cleared_account_version`);
  }
}
