import { createHash } from 'node:crypto';
import pg from 'pg';
import { runMigrations } from '@cashloop/persistence';
import type { ReplayRequest, ServiceReplay } from './service-replay.ts';

/** The databases a replay works on. */
export interface ReplayDatabase {
  /** The service's login. */
  readonly url: string;
  /** Owner of its tables: makes and drops the replay's schema. */
  readonly migratorUrl: string;
}

/** Somebody rebuilds the same thing right now. */
export class ReplayRuns extends Error {
  override readonly name = 'ReplayRuns';
}

const asText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** The same request has the same schema, so that asking again goes on where it ended. */
export function schemaOf({ projection, ...rest }: ReplayRequest): string {
  const name = projection.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const told = [rest.from, rest.to, [...(rest.customers ?? [])].sort(), [...(rest.orgs ?? [])].sort()];
  const id = createHash('sha256')
    .update(JSON.stringify([projection, ...told], asText))
    .digest('hex')
    .slice(0, 8);
  return `replay_${name.slice(0, 40)}_${id}`;
}

/** A URL whose sessions see the tables of this schema and no others. */
export function inSchema(url: string, schema: string): string {
  const at = new URL(url);
  at.searchParams.set('options', `-c search_path=${schema} -c tcp_user_timeout=10000`);
  return at.href;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A schema as it is held: what it covers was decided when it was made. */
export interface OpenedSchema {
  readonly resumed: boolean;
  readonly customers: readonly string[] | undefined;
  release(): Promise<void>;
}

/**
 * Makes the schema with all tables of the service and keeps with it which customers it covers, or finds it; holds it for
 * this process until `release`.
 * @throws ReplayRuns when another process holds it
 */
export async function openSchema(
  plan: ServiceReplay,
  schema: string,
  database: ReplayDatabase,
  customers: readonly string[] | undefined,
): Promise<OpenedSchema> {
  const owner = new pg.Client({ connectionString: database.migratorUrl, application_name: 'cashloop replay' });
  await owner.connect();
  try {
    await claim(owner, schema);
    const found = await coveredBy(owner, schema);
    const login = decodeURIComponent(new URL(database.url).username);
    if (found === undefined) await create(owner, schema, login, customers);
    const migratorUrl = inSchema(database.migratorUrl, schema);
    await runMigrations({ migratorUrl, serviceRole: login, migrations: plan.migrations });
    const resumed = found !== undefined;
    return { resumed, customers: resumed ? found.customers : customers, release: () => owner.end() };
  } catch (error) {
    await owner.end();
    throw error;
  }
}

/** What the schema's comment says. @returns undefined when there is no such schema */
async function coveredBy(owner: pg.Client, schema: string): Promise<{ customers?: string[] } | undefined> {
  const { rows } = await owner.query<{ scope: { customers?: string[] } }>(
    `select coalesce(obj_description(oid, 'pg_namespace'), '{}')::json as scope from pg_namespace where nspname = $1`,
    [schema],
  );
  return rows[0]?.scope;
}

/** Removes a rebuilt projection. @returns false when there was none */
export async function dropSchema(schema: string, { migratorUrl }: ReplayDatabase): Promise<boolean> {
  const owner = new pg.Client({ connectionString: migratorUrl });
  await owner.connect();
  try {
    await claim(owner, schema);
    const { rowCount } = await owner.query('select from pg_namespace where nspname = $1', [schema]);
    await owner.query(`set client_min_messages = error; drop schema if exists ${quoted(schema)} cascade`);
    return rowCount !== 0;
  } finally {
    await owner.end();
  }
}

async function claim(owner: pg.Client, schema: string): Promise<void> {
  const { rows } = await owner.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtext($1)) as mine', [schema]);
  if (rows[0]?.mine !== true) throw new ReplayRuns(`another process works on schema ${schema}`);
}

async function create(
  owner: pg.Client,
  schema: string,
  login: string,
  customers: readonly string[] | undefined,
): Promise<void> {
  const [name, role] = [quoted(schema), quoted(login)];
  await owner.query(
    `begin; create schema ${name}; grant usage on schema ${name} to ${role};
     alter default privileges in schema ${name} grant select, insert, update, delete on tables to ${role};
     alter default privileges in schema ${name} grant usage, select on sequences to ${role};
     comment on schema ${name} is ${owner.escapeLiteral(JSON.stringify({ customers }))}; commit`,
  );
}
