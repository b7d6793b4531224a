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
  /** Raises the version of every told row by $1. Absent where a version never changes. */
  readonly advance?: readonly string[];
}

/** For a kind whose rows are read as R. */
export const ownedKind = <R>(kind: Omit<OwnedKind, 'event'> & { event: (row: R) => OutgoingEvent }): OwnedKind =>
  kind as unknown as OwnedKind;

/** Sends one statement in the transaction at hand. */
export type Query = <R>(sql: string, params?: unknown[]) => Promise<R[]>;

/**
 * Where the documents stand now. A row that changes later stands elsewhere, and has then told its newest version itself.
 */
export async function placesOf(
  query: Query,
  { table, told, customer }: OwnedKind,
  customers: readonly string[] | undefined,
): Promise<string[]> {
  if (customers !== undefined && customer === undefined) return [];
  const asked = customers === undefined ? '' : `and ${customer} = any($1::bigint[])`;
  const rows = await query<{ place: string }>(
    `select ${aliasOf(table)}.ctid::text as place from ${table} where (${told}) ${asked} order by ${aliasOf(table)}.ctid`,
    customers === undefined ? [] : [customers],
  );
  return rows.map((row) => row.place);
}

/** The events of the documents at these places. Locks their rows, so that no newer version overtakes them on its way out. */
export async function currentEvents(
  query: Query,
  kind: OwnedKind,
  places: readonly string[],
): Promise<OutgoingEvent[]> {
  const { table, told, columns, joins = '', event } = kind;
  const alias = aliasOf(table);
  const rows = await query<never>(
    `select ${columns} from ${table} ${joins} where ${alias}.ctid = any($1::tid[]) and (${told})
     order by ${alias}.ctid for update of ${alias}`,
    [places],
  );
  return rows.map(event);
}

/** @returns how many documents have a higher version now */
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
