import { decodeHeaders } from './headers.ts';

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

/** The org a record names, or 0. Of repeated headers the last one counts. */
export function orgIdOf(record: Arrival): bigint {
  const org = header(record, 'org_id');
  const text = org === undefined ? '' : Buffer.from(org).toString('latin1');
  return ORG_ID.test(text) ? BigInt(text) : 0n;
}

/** The last header of a name, or undefined. */
export function header(record: Arrival, name: string): Uint8Array | undefined {
  const wanted = Buffer.from(name);
  return decodeHeaders(record.headers).findLast(([one]) => wanted.equals(one))?.[1] ?? undefined;
}
