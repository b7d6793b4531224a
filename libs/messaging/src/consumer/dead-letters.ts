import { headerText } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import { codeOf } from '../faults.ts';
import { type RawRecord, storable } from '../raw-record.ts';
import type { Place } from './offsets.ts';

export interface DeadLetter {
  readonly record: RawRecord;
  readonly error: Error;
  /** `retrying`: tried again off the path. `parked`: waits for an operator. */
  readonly state: 'retrying' | 'parked';
}

/** More of them in a minute on one partition is a broken program, not bad events. */
export const PARKED_PER_MINUTE_MAX = 20;

const ERROR_TEXT_MAX = 4_000;
const FIRST_RETRY_S = 1;

/**
 * Keeps records whole beside their error. One that is open already stays as it is; one that was closed and fails again
 * opens again, and so does another record at the same offset: its topic was made again.
 */
export async function storeDeadLetters(tx: Tx, place: Place, letters: readonly DeadLetter[]): Promise<void> {
  for (const { record, error, state } of letters) {
    await tx.query(
      `insert into dead_letter (projection, topic, partition, record_offset, event_id, event_type, org_id, key, headers,
         value, record_time, state, next_attempt_at, error_code, error)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
         case when $12 = 'retrying' then now() + make_interval(secs => $13) end, $14, $15)
       on conflict (projection, topic, partition, record_offset) do update set event_id = excluded.event_id,
         event_type = excluded.event_type, org_id = excluded.org_id, key = excluded.key, headers = excluded.headers,
         value = excluded.value, record_time = excluded.record_time, state = excluded.state, attempts = 0,
         next_attempt_at = excluded.next_attempt_at, error_code = excluded.error_code, error = excluded.error,
         created_at = now(), updated_at = now()
       where dead_letter.state in ('done', 'discarded') or dead_letter.record_time <> excluded.record_time`,
      [
        place.projection,
        record.topic,
        record.partition,
        String(record.offset),
        header(record, 'ce_id'),
        header(record, 'ce_type'),
        header(record, 'org_id'),
        record.key,
        JSON.stringify(record.headerList.map(([name, value]) => [name, value?.toString('base64') ?? null])),
        record.value,
        record.timestamp,
        state,
        FIRST_RETRY_S,
        codeOf(error),
        errorText(error),
      ],
    );
  }
}

function header(record: RawRecord, name: string): string | undefined {
  const text = headerText(record.headers, name);
  return text === undefined ? undefined : storable(text);
}

export const errorText = (error: unknown): string =>
  storable((error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, ERROR_TEXT_MAX));

/** How many records of a partition were set aside within the last minute. */
export async function setAsideLately(tx: Tx, place: Place): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::int as n from dead_letter
     where projection = $1 and topic = $2 and partition = $3 and created_at > now() - interval '1 minute'`,
    [place.projection, place.topic, place.partition],
  );
  return row?.n ?? 0;
}
