import type pg from 'pg';
import type { BrokerMessage } from '../broker.ts';

export interface OutboxRow extends BrokerMessage {
  readonly id: string;
}

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
  limit: number,
  sending: readonly OutboxRow[] = [],
  refused: readonly OutboxRow[] = [],
): Promise<OutboxRow[]> {
  if (sending.length + refused.length === 0)
    return (await client.query<OutboxRow>({ name: 'outbox_take', text: take(''), values: [limit] })).rows;
  // Not prepared: only a plan made for this very array hashes it; a general one compares each row with each id.
  const ids = sending.map((row) => row.id);
  if (refused.length === 0) return (await client.query<OutboxRow>(take(NOT_SENDING), [limit, ids])).rows;
  const [topics, keys] = [refused.map((row) => row.topic), refused.map((row) => row.key)];
  return (await client.query<OutboxRow>(take(NOT_SENDING + NOT_REFUSED), [limit, ids, topics, keys])).rows;
}

const take = (but: string): string =>
  `select ${COLUMNS} from outbox where parked_at is null ${but}order by id limit $1`;

const NOT_SENDING = 'and id <> all($2::bigint[]) ';
const NOT_REFUSED = `and not exists (select 1 from unnest($3::text[], $4::text[]) as refused(topic, key)
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
