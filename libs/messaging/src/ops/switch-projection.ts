import type { Query } from './owned-documents.ts';

/** Why a projection cannot become the live one now. */
export class SwitchRefused extends Error {
  override readonly name = 'SwitchRefused';
}

export interface Switched {
  readonly replaces: string;
  /** Per "topic/partition" the first offset that the successor answers. */
  readonly boundaries: Readonly<Record<string, string>>;
}

/** Its readers would find it this many events older than what they saw before. */
const BEHIND_MAX = 100n;

interface OffsetRow {
  place: string;
  projection: string;
  next: string;
}

/**
 * Makes a projection the live one from here on. Locks the offset rows of both, so that no batch is in the middle: a
 * running service goes on within moments.
 * @throws SwitchRefused when there is none, when it is switched, or when it is not built yet
 */
export async function switchProjection(query: Query, successor: string): Promise<Switched> {
  const [row] = await query<{ replaces: string; switched: boolean }>(
    'select replaces, switched_at is not null as switched from projection_switch where projection = $1 for update',
    [successor],
  );
  if (row === undefined) throw new SwitchRefused(`no projection "${successor}" is built beside another one`);
  if (row.switched) throw new SwitchRefused(`${successor} is the live projection already`);
  const offsets = await query<OffsetRow>(
    `select topic || '/' || partition as place, projection, next_offset as next from consumer_offset
     where projection = any($1::text[]) order by projection, topic, partition for update`,
    [[row.replaces, successor]],
  );
  const [before, after] = [ofProjection(offsets, row.replaces), ofProjection(offsets, successor)];
  const behind = [...before].reduce((sum, [place, next]) => sum + above(next, after.get(place) ?? 0n), 0n);
  if (behind > BEHIND_MAX)
    throw new SwitchRefused(`${successor} has ${behind} events to read until it is where ${row.replaces} is`);
  const places = [...new Set([...before.keys(), ...after.keys()])];
  const later = (place: string): bigint => highest(before.get(place) ?? 0n, after.get(place) ?? 0n);
  const boundaries = Object.fromEntries(places.map((place) => [place, String(later(place))]));
  await query('update projection_switch set boundaries = $2, switched_at = now() where projection = $1', [
    successor,
    JSON.stringify(boundaries),
  ]);
  return { replaces: row.replaces, boundaries };
}

const ofProjection = (rows: readonly OffsetRow[], projection: string): Map<string, bigint> =>
  new Map(rows.filter((row) => row.projection === projection).map((row) => [row.place, BigInt(row.next)]));

const above = (one: bigint, other: bigint): bigint => (one > other ? one - other : 0n);
const highest = (one: bigint, other: bigint): bigint => (one > other ? one : other);
