import type pg from 'pg';
import type { BrokerMessage } from '../broker.ts';

export interface OutboxRow extends BrokerMessage {
  readonly id: string;
}

/** A take is large, so that few statements move many rows, and bounded, so that memory is. */
export const ROWS_MAX = 4_000;
const BYTES_MAX = 16_777_216;

const COLUMNS = 'id, topic, key, headers, value';

/**
 * Visible rows in id order, without a cursor: a transaction with a lower id may commit later, and is then found below.
 * Two rows of one aggregate are never taken out of order, because the second was written under the lock that the first
 * one's transaction held until its commit.
 *
 * @param sending rows on their way to the broker. They are left out one by one: leaving out the range between them would
 *   pass over a row that committed inside it meanwhile, and take a later row of the same aggregate first
 * @param refused rows whose keys wait, all their rows with them
 */
export async function takeRows(
  client: pg.Client,
  sending: readonly OutboxRow[] = [],
  refused: readonly OutboxRow[] = [],
): Promise<OutboxRow[]> {
  const limits = [ROWS_MAX, BYTES_MAX];
  if (sending.length + refused.length === 0)
    return (await client.query<OutboxRow>({ name: 'outbox_take', text: take(''), values: limits })).rows;
  // Not prepared: only a plan made for this very array hashes it; a general one compares each row with each id.
  const ids = sending.map((row) => row.id);
  if (refused.length === 0) return (await client.query<OutboxRow>(take(NOT_SENDING), [...limits, ids])).rows;
  const [topics, keys] = [refused.map((row) => row.topic), refused.map((row) => row.key)];
  return (await client.query<OutboxRow>(take(NOT_SENDING + NOT_REFUSED), [...limits, ids, topics, keys])).rows;
}

/** Not more than $1 rows, and none that begins beyond $2 bytes: the first is taken whatever its size. */
const take = (but: string): string =>
  `select ${COLUMNS} from (select ${COLUMNS}, sum(octet_length(value)) over (order by id rows unbounded preceding) - octet_length(value) as before from (select ${COLUMNS} from outbox where parked_at is null ${but}order by id limit $1) taken) sized where before < $2 order by id`;

const NOT_SENDING = 'and id <> all($3::bigint[]) ';
const NOT_REFUSED = `and not exists (select 1 from unnest($4::text[], $5::text[]) as refused(topic, key)
  where refused.topic = outbox.topic and refused.key = outbox.key) `;

/** Ids of those that still wait to be sent: an operator may have set some aside. */
export async function stillWaiting(client: pg.Client, rows: readonly OutboxRow[]): Promise<Set<string>> {
  const text = 'select id from outbox where id = any($1::bigint[]) and parked_at is null';
  const found = await client.query<{ id: string }>(text, [rows.map((row) => row.id)]);
  return new Set(found.rows.map((row) => row.id));
}

/** Deletes exactly what was acknowledged. */
export async function deleteRows(client: pg.Client, rows: readonly OutboxRow[]): Promise<void> {
  await client.query({
    name: 'outbox_delete',
    text: 'delete from outbox where id = any($1::bigint[])',
    values: [rows.map((row) => row.id)],
  });
}

/** Writes the broker's refusal beside the row, for `ops -- outbox`. */
export async function markRefused(client: pg.Client, row: OutboxRow, error: string): Promise<void> {
  await client.query('update outbox set error = $2 where id = $1', [row.id, error]);
}
