import { createHash } from 'node:crypto';
import { Canonical } from './canonical.ts';
import { lastHeader } from './headers.ts';

/** A record as the broker held it, and where it stands. Times are ms since 1970; nothing is decoded. */
export interface Arrival {
  topic: string;
  partition: number;
  offset: bigint;
  timestampMs: bigint; // the broker's
  key: Uint8Array | null;
  headers: Uint8Array; // see headers.ts: one text of bytes, so that nothing of them escapes the hash
  value: Uint8Array | null;
}

/** A link of one partition's chain. */
export interface VaultRecord extends Arrival {
  sequence: bigint; // 1, 2, 3, ... per topic and partition
  orgId: bigint; // 0 when the record names no org
  eventKey: Uint8Array | null; // see eventKeyOf
  storedAtMs: bigint;
  previousHash: Uint8Array;
  hash: Uint8Array;
}

/** Where a chain ends. */
export interface Head {
  topic: string;
  partition: number;
  nextSequence: bigint;
  hash: Uint8Array;
}

/** As libs/events reads it: an org is a whole number from 1 on; anything else belongs to no tenant. */
const ORG_ID = /^[1-9]\d{0,17}$/;

const NAMES = { org: Buffer.from('org_id'), source: Buffer.from('ce_source'), id: Buffer.from('ce_id') };

/** Who a record belongs to and which event it is, from its headers. Of repeated headers the last one counts. */
export interface Identity {
  orgId: bigint;
  eventKey: Uint8Array | null;
}

/** The org a record names, or 0. */
export function orgIdOf({ headers }: Arrival): bigint {
  const org = lastHeader(headers, NAMES.org);
  const text = org === undefined ? '' : Buffer.from(org).toString('latin1');
  return ORG_ID.test(text) ? BigInt(text) : 0n;
}

/** What is stored once: the hash of ce_source and ce_id, or null for a record that has not both. */
export function eventKeyOf({ headers }: Arrival): Buffer | null {
  const source = lastHeader(headers, NAMES.source);
  const id = lastHeader(headers, NAMES.id);
  if (source === undefined || id === undefined) return null;
  const form = new Canonical('cashloop.vault.event.v1').bytes(source).bytes(id);
  return createHash('sha256').update(form.done()).digest();
}
