import { encodeHeaders } from './headers.ts';
import { eventKeyOf, orgIdOf } from './vault-record.ts';
import type { Arrival, Identity } from './vault-record.ts';

/** The parts of a broker's record that the vault keeps: what libs/messaging hands to a raw handler. */
export interface BrokerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headerList: readonly (readonly [name: string, value: Uint8Array | null | undefined])[];
  readonly timestamp: number;
}

/** A record as the vault stores it. */
export const toArrival = (record: BrokerRecord): Arrival => ({
  topic: record.topic,
  partition: record.partition,
  offset: record.offset,
  timestampMs: BigInt(record.timestamp),
  key: record.key,
  headers: encodeHeaders(record.headerList.map(([name, value]) => [Buffer.from(name), value ?? null])),
  value: record.value,
});

/** The same with what its headers say of it. */
export const identified = (arrival: Arrival): Arrival & Identity => ({
  ...arrival,
  orgId: orgIdOf(arrival),
  eventKey: eventKeyOf(arrival),
});
