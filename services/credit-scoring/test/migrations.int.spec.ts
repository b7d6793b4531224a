import pg from 'pg';
import { runMigrations } from '@cashloop/persistence/migrate';
import { testDatabase } from '@cashloop/testkit';
import { migrations } from '../src/migrations/index.ts';
import { KeepWhatDecisionsSaw1764000010005 } from '../src/migrations/1764000010005-keep-what-decisions-saw.ts';

const BREACH = `insert into credit_breach (org_id, breach_id, account_id, version, currency, opened_at, opened_exposure_minor,
    opened_limit_minor, opened_by_event_id, cleared_at, data_as_of, policy_version, account_version)
  select org, gen_random_uuid(), account, 2, 'USD', now(), 2, 1, 'e', case when account = 5 then now() end, now(), 7, 9
  from unnest(array[1, 2]) org, unnest(array[5, 6]) account`;

test('breaches that cleared before keep what their end saw, of every org', async () => {
  const before = migrations.slice(0, migrations.indexOf(KeepWhatDecisionsSaw1764000010005));
  const database = await testDatabase({ migrations: before });
  const owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
  await owner.query(
    `insert into org (org_id, version, time_zone, base_currency, calendar) values (1, 1, 'UTC', 'USD', '[]'), (2, 1, 'UTC', 'USD', '[]')`,
  );
  await owner.query(`set cashloop.orgs = '{1,2}'`);
  await owner.query(BREACH);
  await runMigrations({ migratorUrl: database.migratorUrl, serviceRole: new URL(database.url).username, migrations });
  const found = await owner.query(
    'select org_id, account_id, cleared_policy_version as policy, cleared_account_version as seen from credit_breach order by 1, 2',
  );
  expect(found.rows).toEqual(
    ['1', '2'].flatMap((org) => [
      { org_id: org, account_id: '5', policy: 7, seen: '9' },
      { org_id: org, account_id: '6', policy: null, seen: null },
    ]),
  );
  await owner.end();
  await database.close();
});
