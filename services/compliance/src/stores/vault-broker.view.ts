import { identified, toArrival } from '../domain/arrival.ts';
import type { BrokerRecord } from '../domain/arrival.ts';
import { difference } from '../domain/difference.ts';
import type { VaultRecord } from '../domain/vault-record.ts';
import type { Mismatch } from '../domain/verify.ts';
import type { Query } from './vault-chain.view.ts';
import { toRecord, VAULT_COLUMNS } from './vault-record.row.ts';
import type { VaultRecordRow } from './vault-record.row.ts';

/** Neighbouring records of one partition, as the broker holds them: nothing left out between `from` and `to`. */
export interface BrokerSlice {
  topic: string;
  partition: number;
  from: bigint; // offset
  to: bigint; // offset, inclusive
  records: readonly BrokerRecord[];
}

export interface SliceReport {
  compared: number;
  repeats: number; // of events the vault holds from an earlier offset
  mismatches: Mismatch[];
}

/** Compares a slice of a partition with the vault, byte for byte. */
export async function checkSlice(query: Query, slice: BrokerSlice): Promise<SliceReport> {
  const stored = await storedIn(query, slice);
  const report: SliceReport = { compared: 0, repeats: 0, mismatches: [] };
  const say = (sequence: bigint, why: string): void =>
    void report.mismatches.push({ topic: slice.topic, partition: slice.partition, sequence, why });
  for (const record of slice.records) {
    const found = stored.get(record.offset);
    stored.delete(record.offset);
    if (found !== undefined) {
      const why = difference(found, toArrival(record));
      if (why !== undefined) say(found.sequence, why);
      report.compared += 1;
    } else if (await holdsEarlier(query, record)) report.repeats += 1;
    else say(0n, `the broker's record at offset ${record.offset} is not in the vault`);
  }
  for (const [offset, { sequence }] of stored) say(sequence, `the broker has no record at its offset ${offset}`);
  return report;
}

/** Records that stand outside what the broker still holds: `before` its first offset, or at or after its `end`. */
export async function outsideBroker(
  query: Query,
  { topic, partition, first, end }: { topic: string; partition: number; first: bigint; end: bigint },
): Promise<{ before: number; after: number }> {
  const [row] = await query<{ before: number; after: number }>(
    `select count(*) filter (where kafka_offset < $3)::int as before, count(*) filter (where kafka_offset >= $4)::int as after
       from vault_record where topic = $1 and partition = $2 and (kafka_offset < $3 or kafka_offset >= $4)`,
    [topic, partition, first, end],
  );
  return row!;
}

async function storedIn(query: Query, slice: BrokerSlice): Promise<Map<bigint, VaultRecord>> {
  const rows = await query<VaultRecordRow>(
    `select ${VAULT_COLUMNS} from vault_record
      where topic = $1 and partition = $2 and kafka_offset between $3 and $4 order by kafka_offset`,
    [slice.topic, slice.partition, slice.from, slice.to],
  );
  return new Map(rows.map((row) => [BigInt(row.kafka_offset), toRecord(row)]));
}

async function holdsEarlier(query: Query, record: BrokerRecord): Promise<boolean> {
  const { orgId, eventKey } = identified(toArrival(record));
  if (eventKey === null) return false;
  const rows = await query(
    `select 1 from vault_record where org_id = $1 and event_key = $2
        and not (topic = $3 and partition = $4 and kafka_offset > $5)`,
    [orgId, eventKey, record.topic, record.partition, record.offset],
  );
  return rows.length > 0;
}
