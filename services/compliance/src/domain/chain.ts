import { createHash } from 'node:crypto';
import { Canonical } from './canonical.ts';
import type { Arrival, Head, Identity, VaultRecord } from './vault-record.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** A chain before its first record. */
export function emptyHead(topic: string, partition: number): Head {
  const seed = new Canonical('cashloop.vault.genesis.v1').text(topic).integer(BigInt(partition)).done();
  return { topic, partition, nextSequence: 1n, hash: sha256(seed) };
}

/** Hash of one record over all its fields and the hash before it. */
export function hashOf(record: Omit<VaultRecord, 'hash'>): Buffer {
  const form = new Canonical('cashloop.vault.record.v1')
    .text(record.topic)
    .integer(BigInt(record.partition))
    .integer(record.sequence)
    .integer(record.offset)
    .integer(record.timestampMs)
    .integer(record.orgId)
    .integer(record.storedAtMs)
    .bytes(record.eventKey)
    .bytes(record.key)
    .bytes(record.headers)
    .bytes(record.value)
    .bytes(record.previousHash);
  return sha256(form.done());
}

/** Hangs a record on the end of its chain. */
export function append(head: Head, arrival: Arrival & Identity, storedAt: Date): { record: VaultRecord; head: Head } {
  const open = {
    ...arrival,
    sequence: head.nextSequence,
    storedAtMs: BigInt(storedAt.getTime()),
    previousHash: head.hash,
  };
  const record = { ...open, hash: hashOf(open) };
  return { record, head: { ...head, nextSequence: head.nextSequence + 1n, hash: record.hash } };
}
