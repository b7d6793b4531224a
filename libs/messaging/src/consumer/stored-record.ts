import { addHeader, type RawRecord } from '../raw-record.ts';

export interface DeadLetterRow {
  id: string;
  projection: string;
  topic: string;
  partition: number;
  record_offset: string;
  key: Buffer | null;
  headers: [name: string, base64: string | null][];
  value: Buffer | null;
  record_time: string;
  attempts: number;
}

/** The record as it came from the broker. */
export function storedRecord(row: DeadLetterRow): RawRecord {
  const headerList = row.headers.map(
    ([name, base64]) => [name, base64 === null ? null : Buffer.from(base64, 'base64')] as const,
  );
  const headers = {};
  for (const [name, value] of headerList) addHeader(headers, name, value);
  return {
    topic: row.topic,
    partition: row.partition,
    offset: BigInt(row.record_offset),
    key: row.key,
    value: row.value,
    headers,
    headerList,
    timestamp: Number(row.record_time),
  };
}
