import type { FetchedBatch } from '../broker.ts';
import { type OffsetRow, recordId } from './offsets.ts';

export type LastRecordCheck =
  /** It is there and the same, or there is none to compare: go on. */
  | { kind: 'same' }
  /** This batch does not reach it: fetch from this offset. */
  | { kind: 'look'; at: bigint }
  /** The topic is not the one we read. */
  | { kind: 'lost'; reason: string };

/**
 * Compares the last record we handled with what the broker holds there now. A topic that was deleted and made again
 * has other records at our offsets; going on would skip some in silence.
 *
 * @param looked whether it was asked for so often that a batch without it says it is gone
 */
export function checkLastRecord(batch: FetchedBatch, row: OffsetRow, looked: boolean): LastRecordCheck {
  if (row.lastId === null) return { kind: 'same' };
  const at = row.nextOffset - 1n;
  const found = batch.records.find((record) => record.offset === at);
  if (found === undefined) {
    const reached = batch.fetchedFrom <= at && (batch.records.at(-1)?.offset ?? -1n) > at;
    if (!looked && !reached) return { kind: 'look', at };
    return { kind: 'lost', reason: `the last record read, offset ${at}, is no longer on the broker` };
  }
  if (recordId(found) === row.lastId && (row.lastTime === null || found.timestamp === row.lastTime))
    return { kind: 'same' };
  return {
    kind: 'lost',
    reason: `offset ${at} holds another record than the one read (${row.lastId}): the topic was made again or cut`,
  };
}
