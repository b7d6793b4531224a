import { headerText } from '@cashloop/events';
import type { Statement, Tx } from '@cashloop/persistence';
import { type RawRecord, storable } from '../raw-record.ts';
import { INSERT_OUTBOX } from '../outbox.ts';

/** One partition of one topic, as one projection reads it. */
export interface Place {
  readonly projection: string;
  readonly topic: string;
  readonly partition: number;
}

export interface OffsetRow {
  nextOffset: bigint;
  /** ce_id of the record before it; null when nothing was read yet or an operator set the offset. */
  lastId: string | null;
  /** Broker time of that record, ms. */
  lastTime: number | null;
  stoppedReason: string | null;
}

interface Row {
  partition: number;
  next_offset: string;
  last_id: string | null;
  last_time: string | null;
  stopped_reason: string | null;
}

const toOffsetRow = (row: Row): OffsetRow => ({
  nextOffset: BigInt(row.next_offset),
  lastId: row.last_id,
  lastTime: row.last_time === null ? null : Number(row.last_time),
  stoppedReason: row.stopped_reason,
});

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const AT = 'projection = $1 and topic = $2 and partition = $3';

/**
 * Locks the offset row. It goes out with the begin, so it costs no round trip, and it stands alone: one statement that
 * locks the row and also decides by it would decide by what it saw before it waited for the lock.
 */
export const lockOffsetSql = (place: Place): string =>
  `select next_offset from consumer_offset where projection = ${literal(place.projection)} and topic = ${literal(place.topic)} and partition = ${place.partition} for update`;

/** Id of a record as the offset row remembers it. */
export const recordId = (record: RawRecord): string => storable(headerText(record.headers, 'ce_id') ?? '');

const ADVANCE = `update consumer_offset set next_offset = $4, last_id = $5, last_time = $6, handled_at = now(),
  stopped_reason = null, stopped_at = null where ${AT}`;

const paramsOf = (place: Place, last: RawRecord): unknown[] => [
  place.projection,
  place.topic,
  place.partition,
  String(last.offset + 1n),
  recordId(last),
  last.timestamp,
];

/** Moves the offset behind `last`. */
export const advance = (place: Place, last: RawRecord): Statement => ({
  name: 'offset_advance',
  sql: ADVANCE,
  params: paramsOf(place, last),
});

const shifted = INSERT_OUTBOX.replace(/\$(\d)/g, (_, n: string) => `$${Number(n) + 6}`);

/** The same and the outgoing events, in one statement. */
export const advanceAndPublish = (place: Place, last: RawRecord, outboxParams: readonly unknown[]): Statement => ({
  name: 'offset_advance_and_publish',
  sql: `with published as (${shifted}) ${ADVANCE}`,
  params: [...paramsOf(place, last), ...outboxParams],
});

/** Makes the rows of some partitions exist and reads them. */
export async function offsetsOf(
  tx: Tx,
  projection: string,
  topic: string,
  partitions: readonly number[],
): Promise<Map<number, OffsetRow>> {
  await tx.query(
    `insert into consumer_offset (projection, topic, partition)
     select $1, $2, p from unnest($3::int[]) p order by p on conflict do nothing`,
    [projection, topic, partitions],
  );
  const rows = await tx.query<Row>(
    `select partition, next_offset, last_id, last_time, stopped_reason from consumer_offset
     where projection = $1 and topic = $2 and partition = any($3::int[])`,
    [projection, topic, partitions],
  );
  return new Map(rows.map((row) => [row.partition, toOffsetRow(row)]));
}

/** Writes down why a partition stands still at `next`; cleared by progress or by the operator. */
export const markStopped = (tx: Tx, place: Place, next: bigint, reason: string): Promise<unknown> =>
  tx.query(
    `update consumer_offset set stopped_reason = $5, stopped_at = coalesce(stopped_at, now())
     where ${AT} and next_offset = $4`,
    [place.projection, place.topic, place.partition, String(next), storable(reason)],
  );
