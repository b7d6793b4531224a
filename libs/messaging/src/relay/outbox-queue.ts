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
 */
export async function takeRows(
  client: pg.Client,
  limit: number,
  sending: readonly OutboxRow[] = [],
): Promise<OutboxRow[]> {
  const text = `select ${COLUMNS} from outbox where parked_at is null ${sending.length > 0 ? 'and id <> all($2::bigint[])' : ''} order by id limit $1`;
  if (sending.length === 0) return (await client.query<OutboxRow>({ name: 'outbox_take', text, values: [limit] })).rows;
  // Not prepared: only a plan made for this very array hashes it; a general one compares each row with each id.
  return (await client.query<OutboxRow>(text, [limit, sending.map((row) => row.id)])).rows;
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
