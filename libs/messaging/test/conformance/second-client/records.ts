import { IS_CONTROL, type KafkaRecord, type RecordsBatch } from '@platformatic/kafka';
import type { RawRecord } from '../../../src/index.ts';
import { addHeader } from '../../../src/raw-record.ts';
import type { Answer } from './fetcher.ts';
import type { Place } from './place.ts';

/** By the broker's clock instead of the sender's. */
const LOG_APPEND_TIME = 1 << 3;

/** The records from where was asked, and where the next fetch goes on: markers of transactions have offsets too. */
export function recordsOf({ topic, partition, at }: Place, answer: Answer): { records: RawRecord[]; next: bigint } {
  const batches = answer.records ?? [];
  const last = batches.at(-1);
  const records = batches
    .filter(({ attributes }) => (attributes & IS_CONTROL) === 0)
    .flatMap((batch) => batch.records.map((record) => toRecord(topic, partition, batch, record)))
    .filter(({ offset }) => offset >= at); // a batch comes whole
  return { records, next: last === undefined ? at : last.firstOffset + BigInt(last.lastOffsetDelta) + 1n };
}

function toRecord(topic: string, partition: number, batch: RecordsBatch, record: KafkaRecord): RawRecord {
  const headers = {};
  const headerList = record.headers.map(([name, value]) => [String(name), value] as const);
  for (const [name, value] of headerList) addHeader(headers, name, value === null ? null : value.toString());
  const ofBroker = (batch.attributes & LOG_APPEND_TIME) !== 0;
  return {
    topic,
    partition,
    offset: batch.firstOffset + BigInt(record.offsetDelta),
    key: record.key,
    value: record.value,
    headers,
    headerList,
    timestamp: Number(ofBroker ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta),
  };
}
