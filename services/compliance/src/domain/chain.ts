import { createHash } from 'node:crypto';
import { Canonical } from './canonical.ts';
import { header, orgIdOf } from './vault-record.ts';
import type { Arrival, Head, VaultRecord } from './vault-record.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** A chain before its first record. */
export function emptyHead(topic: string, partition: number): Head {
  const seed = new Canonical('cashloop.vault.genesis.v1').text(topic).integer(BigInt(partition)).done();
  return { topic, partition, nextSequence: 1n, hash: sha256(seed) };
}

/** What is stored once: the hash of ce_source and ce_id, or null for a record that has not both. */
export function eventKeyOf(record: Arrival): Buffer | null {
  const source = header(record, 'ce_source');
  const id = header(record, 'ce_id');
  if (source === undefined || id === undefined) return null;
  return sha256(new Canonical('cashloop.vault.event.v1').bytes(source).bytes(id).done());
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
export function append(head: Head, arrival: Arrival, storedAt: Date): { record: VaultRecord; head: Head } {
  const open = {
    ...arrival,
    sequence: head.nextSequence,
    orgId: orgIdOf(arrival),
    eventKey: eventKeyOf(arrival),
    storedAtMs: BigInt(storedAt.getTime()),
    previousHash: head.hash,
  };
  const record = { ...open, hash: hashOf(open) };
  return { record, head: { ...head, nextSequence: head.nextSequence + 1n, hash: record.hash } };
}
