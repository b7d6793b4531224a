import pg from 'pg';
import { databaseOf } from '../parts.ts';
import { withLogin } from './addresses.ts';
import { UserFault } from './faults.ts';
import type { Secrets } from './secrets.ts';

const wrongPassword = new Set(['28P01', '28000']);
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Limits of every login: nothing waits long on a stopped process. Generous for the longest honest statement,
 * the first import of a company.
 */
const limits = { idle_in_transaction_session_timeout: '30s', lock_timeout: '15s', statement_timeout: '120s' };

export interface Provision {
  /** A login that may create databases and roles. */
  adminUrl: string;
  services: readonly string[];
  secrets: Secrets;
}

/** Per service a database, a migrator role that owns it, and a login that owns nothing. Makes only what is missing. */
export async function provision(plan: Provision): Promise<void> {
  const admin = await connected(plan.adminUrl, 'the login that may create databases and roles');
  try {
    for (const service of plan.services) await makeRoles(admin, service, plan.secrets);
    for (const service of plan.services) await makeDatabase(admin, service);
  } finally {
    await admin.end();
  }
  await Promise.all(plan.services.map((service) => openSchema(plan, service)));
}

async function connected(url: string, who: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== undefined && wrongPassword.has(code)) {
      throw new UserFault(
        `The secrets do not fit the data: Postgres refuses ${who} (${message}).`,
        'put back the secrets.json that belongs to these data, or npm run reset',
      );
    }
    throw new UserFault(`Postgres does not let ${who} in: ${message}`, 'npm run logs -- postgres');
  }
}

async function makeRoles(admin: pg.Client, service: string, secrets: Secrets): Promise<void> {
  const names = databaseOf(service);
  const passwords = secrets.databases[service] ?? { login: '', migrator: '' };
  const roles = [
    [names.migrator, passwords.migrator],
    [names.login, passwords.login],
  ] as const;
  for (const [name, password] of roles) {
    const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [name]);
    if (rowCount !== 0) continue;
    await admin.query(
      `create role ${quoted(name)} login password ${literal(password)} nosuperuser nocreatedb nocreaterole`,
    );
  }
  for (const [setting, value] of Object.entries(limits)) {
    await admin.query(`alter role ${quoted(names.login)} set ${setting} = ${literal(value)}`);
  }
}

async function makeDatabase(admin: pg.Client, service: string): Promise<void> {
  const { database, migrator, login } = databaseOf(service);
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 0) {
    // On a server of somebody else we may not be superuser: then making a database for a role needs membership.
    await admin.query(`grant ${quoted(migrator)} to current_user`);
    await admin.query(`create database ${quoted(database)} owner ${quoted(migrator)}`);
  }
  await admin.query(`revoke connect, temporary on database ${quoted(database)} from public`);
  await admin.query(`grant connect on database ${quoted(database)} to ${quoted(login)}`);
}

/** As the owner, which also shows that its password fits; then the same proof for the login. */
async function openSchema(plan: Provision, service: string): Promise<void> {
  const names = databaseOf(service);
  const passwords = plan.secrets.databases[service] ?? { login: '', migrator: '' };
  const asOwner = withLogin(plan.adminUrl, { name: names.migrator, password: passwords.migrator }, names.database);
  const owner = await connected(asOwner, names.migrator);
  try {
    await owner.query('revoke all on schema public from public');
    await owner.query(`grant usage on schema public to ${quoted(names.login)}`);
  } finally {
    await owner.end();
  }
  const asLogin = withLogin(plan.adminUrl, { name: names.login, password: passwords.login }, names.database);
  await (await connected(asLogin, names.login)).end();
}
