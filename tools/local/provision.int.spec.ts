import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { databaseOf } from '../parts.ts';
import { withLogin } from './addresses.ts';
import { provision } from './provision.ts';
import { completeSecrets } from './secrets.ts';

/** Against a real server: two roles and a database of a service that only this test has. */
const service = `provision-${randomUUID().slice(0, 8)}`;
const names = databaseOf(service);
const secrets = completeSecrets({}, [service]);
const { login: loginPassword, migrator: migratorPassword } = secrets.databases[service]!;
const start = (): Promise<void> => provision({ adminUrl: server.adminUrl, services: [service], secrets });

let server: TestDatabase;
let admin: pg.Client;
let owner: pg.Client;
let login: pg.Client;

const connected = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};

beforeAll(async () => {
  server = await testDatabase({ migrations: [] });
  admin = await connected(server.adminUrl);
  await start();
  owner = await connected(
    withLogin(server.adminUrl, { name: names.migrator, password: migratorPassword }, names.database),
  );
  login = await connected(withLogin(server.adminUrl, { name: names.login, password: loginPassword }, names.database));
}, 60_000);

afterAll(async () => {
  // A first start that failed half-way leaves roles behind, too.
  await Promise.all([login, owner].map((client?: pg.Client) => client?.end()));
  await admin.query(`drop database if exists ${names.database} with (force)`);
  for (const role of [names.login, names.migrator]) await admin.query(`drop role if exists ${role}`);
  await admin.end();
  await server.close();
}, 60_000);

const inForce = async (): Promise<Record<string, string>> => {
  const client = await connected(
    withLogin(server.adminUrl, { name: names.login, password: loginPassword }, names.database),
  );
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      "select name, setting from pg_settings where name ~ '^(idle_in_transaction_session|lock|statement)_timeout$'",
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.setting]));
  } finally {
    await client.end();
  }
};

/** Nothing waits long on a process that stopped: whatever a program forgets to set, its login does not. */
const limits = { idle_in_transaction_session_timeout: '30000', lock_timeout: '15000', statement_timeout: '120000' };

test('a session of the login has all three time-outs without asking for them', async () => {
  expect(await inForce()).toEqual(limits);
});

test('a later start gives a role that lost them its time-outs again', async () => {
  await admin.query(`alter role ${names.login} reset all`);
  expect(await inForce()).toEqual({
    ...limits,
    idle_in_transaction_session_timeout: '0',
    lock_timeout: '0',
    statement_timeout: '0',
  });
  await start();
  expect(await inForce()).toEqual(limits);
});

test('the login is no superuser, passes no row-level security, makes no roles and no databases', async () => {
  const { rows } = await admin.query(
    `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles
     where rolname = any($1) order by rolname`,
    [[names.login, names.migrator]],
  );
  const plain = {
    rolsuper: false,
    rolbypassrls: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
  };
  expect(rows).toEqual([
    { rolname: names.login, ...plain },
    { rolname: names.migrator, ...plain },
  ]);
});

test('the login owns nothing and cannot become who does', async () => {
  await owner.query('create table thing (id int)');
  const { rows } = await admin.query(
    `select pg_get_userbyid(datdba) as owner, pg_has_role($2, $3, 'member') as member from pg_database where datname = $1`,
    [names.database, names.login, names.migrator],
  );
  expect(rows).toEqual([{ owner: names.migrator, member: false }]);
  const owned = await admin.query(
    `select 1 from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = $1::regrole and deptype = 'o'`,
    [names.login],
  );
  expect(owned.rowCount).toBe(0);
  for (const sql of [
    `set role ${names.migrator}`,
    'create table mine (id int)',
    'create schema mine',
    'create temporary table mine (id int)',
    'alter table thing disable row level security',
    'select * from thing',
  ]) {
    expect([sql, await codeOf(sql)]).toEqual([sql, '42501']);
  }
});

const codeOf = (sql: string): Promise<string> =>
  login.query(sql).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

test('nobody else gets in', async () => {
  const { rows } = await admin.query(
    `select has_database_privilege('public', $1, 'connect') as connect, has_database_privilege('public', $1, 'temporary') as temporary`,
    [names.database],
  );
  expect(rows).toEqual([{ connect: false, temporary: false }]);
});
