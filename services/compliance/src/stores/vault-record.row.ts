import type { VaultRecord } from '../domain/vault-record.ts';

/** A row of vault_record as pg reads it: int8 as text. */
export interface VaultRecordRow {
  topic: string;
  partition: number;
  sequence: string;
  kafka_offset: string;
  timestamp_ms: string;
  org_id: string;
  stored_at_ms: string;
  event_key: Buffer | null;
  key: Buffer | null;
  headers: Buffer;
  value: Buffer | null;
  previous_hash: Buffer;
  hash: Buffer;
}

export const VAULT_COLUMNS = `topic, partition, sequence, kafka_offset, timestamp_ms, org_id, stored_at_ms, event_key, key,
  headers, value, previous_hash, hash`;

/** The record a row holds. */
export function toRecord(row: VaultRecordRow): VaultRecord {
  return {
    topic: row.topic,
    partition: row.partition,
    sequence: BigInt(row.sequence),
    offset: BigInt(row.kafka_offset),
    timestampMs: BigInt(row.timestamp_ms),
    orgId: BigInt(row.org_id),
    storedAtMs: BigInt(row.stored_at_ms),
    eventKey: row.event_key,
    key: row.key,
    headers: row.headers,
    value: row.value,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
