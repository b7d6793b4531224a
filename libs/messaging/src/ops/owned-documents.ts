import type { OutgoingEvent } from '@cashloop/events';

/**
 * The documents a service owns, as its tables hold them: what `ops -- republish` sends again and `ops -- versions advance`
 * lifts. Its module file exports them as `documents`.
 */
export interface OwnedDocuments {
  readonly service: string;
  /** SQL of all orgs it holds rows of: one column `org_id`. */
  readonly orgs: string;
  readonly kinds: readonly OwnedKind[];
}

/** One kind of document: a table, and how a row becomes the event of its newest version. */
export interface OwnedKind {
  /** As before the slash of ce_subject: `invoice`. */
  readonly kind: string;
  /** Table and alias: `account a`. */
  readonly table: string;
  /** Which rows are documents that were told: SQL on the alias. */
  readonly told: string;
  /** SQL of the customer a row belongs to; absent where rows belong to none. */
  readonly customer?: string;
  /** Columns, and joins that add columns of other tables, for `event`. */
  readonly columns: string;
  readonly joins?: string;
  /** The newest version as an event: ce_id, version and state as they were first told. */
  readonly event: (row: never) => OutgoingEvent;
  /**
   * Raises versions by $1: those of all told rows, and of others where a restore may have undone what was told. Absent
   * where a version never changes.
   */
  readonly advance?: readonly string[];
}

/** For a kind whose rows are read as R. */
export const ownedKind = <R>(kind: Omit<OwnedKind, 'event'> & { event: (row: R) => OutgoingEvent }): OwnedKind =>
  kind as unknown as OwnedKind;

/** Sends one statement in the transaction at hand. */
export type Query = <R>(sql: string, params?: unknown[]) => Promise<R[]>;

/** The documents there are now, each by the primary key of its row: rows move whenever anything is written to them. */
export async function placesOf(
  query: Query,
  { table, told, customer }: OwnedKind,
  customers: readonly string[] | undefined,
): Promise<string[]> {
  if (customers !== undefined && customer === undefined) return [];
  const asked = customers === undefined ? '' : `and ${customer} = any($1::bigint[])`;
  const { columns, key } = await keyOf(query, table);
  const rows = await query<{ place: string }>(
    `select json_build_array(${columns.map((column) => `${column}::text`).join(', ')})::text as place
     from ${table} where (${told}) ${asked} order by ${key}`,
    customers === undefined ? [] : [customers],
  );
  return rows.map((row) => row.place);
}

/**
 * The events of the documents at these places, without those that are documents no more: what took their place has told
 * itself. Locks their rows, so that no newer version overtakes them on its way out, and reads them in a statement of its
 * own: one that had to wait for a lock sees joined rows as they were before.
 */
export async function currentEvents(
  query: Query,
  kind: OwnedKind,
  places: readonly string[],
): Promise<OutgoingEvent[]> {
  const { table, told, columns, joins = '', event } = kind;
  const { key, asked } = await keyOf(query, table);
  const keys = [`[${places.join(',')}]`];
  await query(`select from ${table} where ${asked} order by ${key} for update of ${aliasOf(table)}`, keys);
  const rows = await query<never>(
    `select ${columns} from ${table} ${joins} where ${asked} and (${told}) order by ${key}`,
    keys,
  );
  return rows.map(event);
}

/** How many of these places are documents that have no event, because what their event is made of lacks a part. */
export async function untoldAt(
  query: Query,
  { table, told, joins = '' }: OwnedKind,
  places: readonly string[],
): Promise<number> {
  const { asked } = await keyOf(query, table);
  const count = (more: string): string => `(select count(*) from ${table} ${more} where ${asked} and (${told}))`;
  const [row] = await query<{ n: number }>(`select (${count('')} - ${count(joins)})::int as n`, [
    `[${places.join(',')}]`,
  ]);
  return row?.n ?? 0;
}

interface Key {
  readonly columns: readonly string[];
  /** All columns, to sort by. */
  readonly key: string;
  /** Which rows are those of $1, a JSON array of places. */
  readonly asked: string;
}

/** @throws when the table has no primary key */
async function keyOf(query: Query, table: string): Promise<Key> {
  const found = await query<{ name: string; type: string }>(
    `select quote_ident(attname) as name, format_type(atttypid, atttypmod) as type
     from pg_index join lateral unnest(indkey::int2[]) with ordinality as part (number, n) on true
     join pg_attribute on attrelid = indrelid and attnum = number
     where indrelid = $1::regclass and indisprimary order by n`,
    [table.split(' ')[0]],
  );
  if (found.length === 0) throw new Error(`${table} has no primary key`);
  const columns = found.map(({ name }) => `${aliasOf(table)}.${name}`);
  const key = columns.join(', ');
  const values = found.map(({ type }, i) => `(place->>${i})::${type}`).join(', ');
  return { columns, key, asked: `(${key}) in (select ${values} from json_array_elements($1::json) place)` };
}

/** @returns how many told documents have a higher version now */
export async function advanceVersions(
  query: Query,
  { table, told, advance = [] }: OwnedKind,
  by: number,
): Promise<number> {
  if (advance.length === 0) return 0;
  for (const statement of advance) await query(statement, [by]);
  const [row] = await query<{ n: number }>(`select count(*)::int as n from ${table} where ${told}`);
  return row?.n ?? 0;
}

const aliasOf = (table: string): string => table.split(' ').at(-1) as string;
