import { createHash } from 'node:crypto';
import type { Tx } from '@cashloop/persistence';

/** The state of a projection at one moment, and how far it had read at that moment. */
export interface StateSnapshot {
  /** SHA-256 over what is the same in whatever order the rows came. */
  readonly hash: string;
  readonly lines: number;
  readonly buckets: ReadonlyMap<string, string>;
  readonly offsets: readonly { projection: string; topic: string; partition: number; next: string }[];
}

interface Row {
  buckets: [bucket: string, lines: string, sums: string][] | null;
  offsets: { projection: string; topic: string; partition: number; next: string }[] | null;
}

const word = (from: number): string => `sum(('x' || substr(md5(line), ${from}, 16))::bit(64)::bigint)`;

/** One statement, so one moment: rows and offsets fit each other while the service goes on working. */
const snapshotSql = (state: string): string => `
  with state as materialized (${state}),
  bucket as (select left(md5(line), 2) as name, count(*) as n, ${word(1)} || ' ' || ${word(17)} as sums from state group by 1)
  select (select json_agg(json_build_array(name, n::text, sums) order by name) from bucket) as buckets,
    (select json_agg(json_build_object('projection', projection, 'topic', topic, 'partition', partition, 'next', next_offset::text))
     from consumer_offset where projection = any($2::text[])) as offsets`;

/** @param state SQL of one column `line` with customers as $1, see ReplayedProjection */
export async function stateSnapshot(
  tx: Tx,
  state: string,
  customers: readonly string[] | null,
  projections: readonly string[],
): Promise<StateSnapshot> {
  const [row] = await tx.query<Row>(snapshotSql(state), [customers, projections]);
  const buckets = row?.buckets ?? [];
  return {
    hash: createHash('sha256').update(JSON.stringify(buckets)).digest('hex'),
    lines: buckets.reduce((sum, [, lines]) => sum + Number(lines), 0),
    buckets: new Map(buckets.map(([name, lines, sums]) => [name, `${lines} ${sums}`])),
    offsets: row?.offsets ?? [],
  };
}

const BUCKETS_SHOWN = 4;

/** The buckets to look into when two states differ: a few, since one defect usually differs everywhere. */
export const differingBuckets = (one: StateSnapshot, other: StateSnapshot): string[] =>
  [...new Set([...one.buckets.keys(), ...other.buckets.keys()])]
    .filter((name) => one.buckets.get(name) !== other.buckets.get(name))
    .sort()
    .slice(0, BUCKETS_SHOWN);

export async function linesOf(
  tx: Tx,
  state: string,
  customers: readonly string[] | null,
  buckets: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ line: string }>(
    `select line from (${state}) state where left(md5(line), 2) = any($2::text[]) order by line`,
    [customers, buckets],
  );
  return rows.map((row) => row.line);
}
