import pg from 'pg';
import { runMigrations } from '@cashloop/persistence/migrate';
import { testDatabase } from '@cashloop/testkit';
import { migrations } from '../src/migrations/index.ts';
import { KeepWhatDecisionsSaw1764000010005 } from '../src/migrations/1764000010005-keep-what-decisions-saw.ts';
import { TellManualHolds1764000010006 } from '../src/migrations/1764000010006-tell-manual-holds.ts';

const BREACH = `insert into credit_breach (org_id, breach_id, account_id, version, currency, opened_at, opened_exposure_minor,
    opened_limit_minor, opened_by_event_id, cleared_at, data_as_of, policy_version, account_version)
  select org, gen_random_uuid(), account, 2, 'USD', now(), 2, 1, 'e', case when account = 5 then now() end, now(), 7, 9
  from unnest(array[1, 2]) org, unnest(array[5, 6]) account`;

/** A database of two orgs as it was before a migration, with rows of that time; then migrated to its end. */
async function migrated(migration: Function, rows: string, found: string): Promise<unknown[]> {
  const database = await testDatabase({ migrations: migrations.slice(0, migrations.indexOf(migration)) });
  const owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  await owner.query(
    `insert into org (org_id, version, time_zone, base_currency, calendar) values (1, 1, 'UTC', 'USD', '[]'), (2, 1, 'UTC', 'USD', '[]')`,
  );
  await owner.query(`set cashloop.orgs = '{1,2}'`);
  await owner.query(rows);
  await runMigrations({ migratorUrl: database.migratorUrl, serviceRole: new URL(database.url).username, migrations });
  const { rows: after } = await owner.query(found);
  await owner.end();
  await database.close();
  return after;
}

test('breaches that cleared before keep what their end saw, of every org', async () => {
  const columns = 'org_id, account_id, cleared_policy_version as policy, cleared_account_version as seen';
  const after = await migrated(
    KeepWhatDecisionsSaw1764000010005,
    BREACH,
    `select ${columns} from credit_breach order by 1, 2`,
  );
  expect(after).toEqual(
    ['1', '2'].flatMap((org) => [
      { org_id: org, account_id: '5', policy: 7, seen: '9' },
      { org_id: org, account_id: '6', policy: null, seen: null },
    ]),
  );
});

test('holds by hand of before have a first version, and settings a new one that tells their weights, of every org', async () => {
  const after = await migrated(
    TellManualHolds1764000010006,
    `insert into credit_settings (org_id, version, weights, enforcement, warn_from_percent, updated_by, updated_at)
       values (1, 0, '{}', 'observe', 90, 'system', now()), (2, 5, '{}', 'observe', 90, '7', now());
     insert into account (org_id, account_id, root_id, member_ids, manual_hold)
     select org, account, account, array[account],
       case when account = 5 then '{"note":"n","by":"7","since":"2026-01-02T03:04:05.678Z"}'::jsonb end
     from unnest(array[1, 2]) org, unnest(array[5, 6]) account`,
    `select org_id, account_id, manual_hold_version as version, manual_hold_changed_at as at, s.version as settings
     from account join credit_settings s using (org_id) order by 1, 2`,
  );
  expect(after).toEqual(
    ['1', '2'].flatMap((org) => [
      {
        org_id: org,
        account_id: '5',
        version: 1,
        at: new Date('2026-01-02T03:04:05.678Z'),
        settings: org === '2' ? 6 : 0,
      },
      { org_id: org, account_id: '6', version: 0, at: null, settings: org === '2' ? 6 : 0 },
    ]),
  );
});
