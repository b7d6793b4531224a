import { identified } from './arrival.ts';
import { append, emptyHead } from './chain.ts';
import { decodeHeaders, encodeHeaders } from './headers.ts';
import { eventKeyOf, orgIdOf } from './vault-record.ts';
import type { Arrival, Head, VaultRecord } from './vault-record.ts';
import { ChainCheck } from './verify.ts';

const storedAt = new Date('2026-01-15T12:00:00Z');
const bytes = (text: string): Buffer => Buffer.from(text);

export const arrival = (offset: bigint, change: Partial<Arrival> = {}): Arrival => ({
  topic: 'cashloop.customer.v1',
  partition: 3,
  offset,
  timestampMs: 1_768_478_400_000n + offset,
  key: bytes('1:2'),
  headers: encodeHeaders([
    [bytes('ce_source'), bytes('crm-sync')],
    [bytes('ce_id'), bytes(`id-${offset}`)],
    [bytes('org_id'), bytes('1')],
  ]),
  value: bytes(`{"n":${offset}}`),
  ...change,
});

export function chain(length: number): { records: VaultRecord[]; head: Head } {
  let head = emptyHead('cashloop.customer.v1', 3);
  const records: VaultRecord[] = [];
  for (let i = 0; i < length; i += 1) {
    const link = append(head, identified(arrival(BigInt(i * 2))), storedAt);
    records.push(link.record);
    head = link.head;
  }
  return { records, head };
}

function check(
  records: readonly VaultRecord[],
  head: Head | undefined,
  from?: bigint,
): { sequence: bigint; why: string } | undefined {
  const one = new ChainCheck('cashloop.customer.v1', 3, from);
  for (const record of records) one.feed(record);
  const mismatch = one.end(head);
  return mismatch && { sequence: mismatch.sequence, why: mismatch.why };
}

test('an untouched chain is silent, also an empty one and one checked from its middle', () => {
  const { records, head } = chain(5);
  expect(check(records, head)).toBeUndefined();
  expect(check([], emptyHead('cashloop.customer.v1', 3))).toBeUndefined();
  expect(check(records.slice(2), head, 3n)).toBeUndefined();
});

test('a deleted record is named, in the middle, at the start and at the end', () => {
  const { records, head } = chain(5);
  expect(check(records.toSpliced(2, 1), head)?.sequence).toBe(3n);
  expect(check(records.slice(1), head)?.sequence).toBe(1n);
  expect(check(records.slice(0, 4), head)).toEqual({ sequence: 5n, why: expect.stringContaining('missing') });
});

test('records that changed places are named', () => {
  const { records, head } = chain(4);
  const [one, two] = [records[1]!, records[2]!];
  const swapped = [records[0]!, { ...two, sequence: 2n }, { ...one, sequence: 3n }, records[3]!];
  expect(check(swapped, head)?.sequence).toBe(2n);
});

test('an inserted record is named, also one with a hash of its own', () => {
  const { records, head } = chain(4);
  const forged = append(
    { ...head, nextSequence: 3n, hash: records[1]!.hash },
    identified(arrival(3n)),
    storedAt,
  ).record;
  const shifted = records.slice(2).map((record) => ({ ...record, sequence: record.sequence + 1n }));
  expect(check([...records.slice(0, 2), forged, ...shifted], { ...head, nextSequence: 6n })?.sequence).toBe(4n);
});

test('a record appended past the head is named', () => {
  const { records, head } = chain(2);
  const { record } = append(head, identified(arrival(9n)), storedAt);
  expect(check([...records, record], head)).toEqual({ sequence: 3n, why: 'the heads table ends at record 2' });
  expect(check(records, undefined)).toMatchObject({ why: 'the heads table has no row for this partition' });
});

test('a chain of one partition does not fit another', () => {
  const { records, head } = chain(2);
  const other = new ChainCheck('cashloop.customer.v1', 4);
  for (const record of records) other.feed({ ...record, partition: 4 });
  expect(other.end({ ...head, partition: 4 })?.sequence).toBe(1n);
});

test('the org is read from the header as libs/events reads it; anything else is org 0', () => {
  const org = (value: string): bigint =>
    orgIdOf(arrival(0n, { headers: encodeHeaders([[bytes('org_id'), bytes(value)]]) }));
  expect(['7', '0', '', '07', '-1', '1;2', '1\n', '9'.repeat(18), '9'.repeat(19)].map(org)).toEqual([
    7n,
    0n,
    0n,
    0n,
    0n,
    0n,
    0n,
    10n ** 18n - 1n,
    0n,
  ]);
  const repeated = encodeHeaders([
    [bytes('org_id'), bytes('7')],
    [bytes('org_id'), bytes('8')],
  ]);
  expect(orgIdOf(arrival(0n, { headers: repeated }))).toBe(8n);
});

test('an event without source or id has no event key', () => {
  expect(eventKeyOf(arrival(0n))).toHaveLength(32);
  expect(eventKeyOf(arrival(0n, { headers: encodeHeaders([[bytes('ce_id'), bytes('1')]]) }))).toBeNull();
});

test('headers come back as they were, also empty, missing and broken ones', () => {
  const headers = [
    [bytes('a'), bytes('1')],
    [bytes(''), null],
    [bytes('a'), bytes('')],
  ] as const;
  expect(decodeHeaders(encodeHeaders(headers))).toEqual(headers);
  expect(decodeHeaders(bytes('xx'))).toEqual([]);
});
