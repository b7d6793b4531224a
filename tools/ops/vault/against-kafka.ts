import { randomUUID } from 'node:crypto';
import type { FetchedBatch } from '@cashloop/messaging';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { UserFault } from '../../local/faults.ts';
import { serviceSetting } from '../connect/service-environment.ts';
import { complianceCode, type Mismatch, type Query } from './compliance-code.ts';

export interface BrokerReport {
  compared: number;
  /** Records that repeat an event; the vault holds the first one. */
  repeats: number;
  /** Records that came after the vault's snapshot. */
  later: number;
  /** Records of the vault that the broker dropped since: older than its first one. */
  dropped: number;
  mismatches: Mismatch[];
}

type Broker = ReturnType<typeof kafkaBroker>;

/** A partition's records from `first` on, of which the vault has taken all below `end`. */
interface Stretch {
  topic: string;
  partition: number;
  first: bigint;
  end: bigint;
}

/** Reads every topic from its start and compares each record with the vault's, byte for byte. */
export async function compareWithKafka(query: Query, topic?: string): Promise<BrokerReport> {
  const brokers = serviceSetting('compliance', 'KAFKA_BROKERS')?.split(',');
  if (brokers === undefined) throw new UserFault('It is not known where Kafka is.', 'npm start, or set KAFKA_BROKERS');
  const prefix = serviceSetting('compliance', 'KAFKA_TOPIC_PREFIX') ?? '';
  const broker = kafkaBroker({ clientId: 'cashloop-vault-verify', brokers, prefix });
  const report: BrokerReport = { compared: 0, repeats: 0, later: 0, dropped: 0, mismatches: [] };
  try {
    const taken = await takenOffsets(query, topic);
    const there = await broker.partitionCounts([...taken.keys()]);
    for (const [name, offsets] of taken) {
      if (there.has(name)) await compareTopic(query, broker, name, offsets, report);
      else
        report.mismatches.push({
          topic: name,
          partition: 0,
          sequence: 0n,
          why: 'the broker has no such topic any more',
        });
    }
    return report;
  } finally {
    await broker.close();
  }
}

/** What the vault has read so far: topic -> partition -> next offset. */
async function takenOffsets(query: Query, topic?: string): Promise<Map<string, Map<number, bigint>>> {
  const rows = await query<{ topic: string; partition: number; next_offset: string }>(
    `select topic, partition, next_offset from consumer_offset
      where projection = 'vault' and ($1::text is null or topic = $1) order by topic, partition`,
    [topic ?? null],
  );
  const taken = new Map<string, Map<number, bigint>>();
  for (const row of rows) {
    taken.set(
      row.topic,
      (taken.get(row.topic) ?? new Map<number, bigint>()).set(row.partition, BigInt(row.next_offset)),
    );
  }
  return taken;
}

async function compareTopic(
  query: Query,
  broker: Broker,
  topic: string,
  taken: Map<number, bigint>,
  report: BrokerReport,
): Promise<void> {
  const { outsideBroker } = await complianceCode();
  const stretches = new Map<number, Stretch>();
  for (const { partition, first, end } of await broker.offsets(topic)) {
    const next = taken.get(partition) ?? 0n;
    report.later += Number(end > next ? end - (next > first ? next : first) : 0n);
    const outside = await outsideBroker(query, { topic, partition, first, end });
    report.dropped += outside.before;
    if (outside.after > 0) {
      report.mismatches.push({
        topic,
        partition,
        sequence: 0n,
        why: `${outside.after} records stand at or after the broker's end ${end}`,
      });
    }
    const stretch = { topic, partition, first, end: next < end ? next : end };
    if (stretch.first < stretch.end) stretches.set(partition, stretch);
  }
  if (stretches.size > 0) await read(query, broker, topic, stretches, report);
}

/** Until every partition's stretch is compared. */
async function read(
  query: Query,
  broker: Broker,
  topic: string,
  stretches: Map<number, Stretch>,
  report: BrokerReport,
): Promise<void> {
  const finished = Promise.withResolvers<void>();
  let queue = Promise.resolve(); // one connection: one slice at a time
  const consumer = await broker.consumer({
    group: `cashloop-vault-verify-${randomUUID()}`,
    topics: [topic],
    partitionsAtOnce: 1,
    onAssigned: () => undefined,
    onCrash: finished.reject,
    onBatch: async (batch, control) => {
      queue = queue.then(() => take(query, batch, stretches, report));
      await queue.catch(finished.reject);
      for (const last of batch.records.slice(-1)) control.done(last.offset);
      if (stretches.size === 0) finished.resolve();
    },
  });
  try {
    await finished.promise;
  } finally {
    await consumer.close();
  }
}

async function take(
  query: Query,
  batch: FetchedBatch,
  stretches: Map<number, Stretch>,
  report: BrokerReport,
): Promise<void> {
  const stretch = stretches.get(batch.partition);
  const records = batch.records.filter(
    (record) => stretch !== undefined && record.offset >= stretch.first && record.offset < stretch.end,
  );
  const last = batch.records.at(-1);
  if (stretch === undefined || last === undefined) return;
  const to = last.offset < stretch.end ? last.offset : stretch.end - 1n;
  const { checkSlice } = await complianceCode();
  const found = await checkSlice(query, { ...stretch, from: stretch.first, to, records });
  report.compared += found.compared;
  report.repeats += found.repeats;
  report.mismatches.push(...found.mismatches);
  if (to + 1n >= stretch.end) stretches.delete(batch.partition);
  else stretches.set(batch.partition, { ...stretch, first: to + 1n });
}
