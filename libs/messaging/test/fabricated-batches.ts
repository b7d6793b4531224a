import type { OutgoingEvent } from '@cashloop/events';
import type { FetchedBatch, PartitionControl, RawRecord } from '../src/index.ts';
import { orgEvent } from './notes-service.ts';

/** A record as the broker would hold it. */
export function record(offset: bigint, event: OutgoingEvent = orgEvent('1'), over: Partial<RawRecord> = {}): RawRecord {
  const headers = Object.fromEntries(
    Object.entries({ ...event.headers, ce_source: 'test' }).map(([name, value]) => [name, Buffer.from(value)]),
  );
  return {
    topic: event.topic,
    partition: 0,
    offset,
    key: Buffer.from(event.key),
    value: Buffer.from(event.value),
    headers,
    headerList: Object.entries(headers),
    timestamp: 1_768_478_400_000 + Number(offset),
    ...over,
  };
}

export const records = (from: number, count: number): RawRecord[] =>
  Array.from({ length: count }, (_, i) => record(BigInt(from + i), orgEvent('1', from + i + 1)));

export const batchOf = (list: readonly RawRecord[], fetchedFrom = list[0]?.offset ?? 0n): FetchedBatch => ({
  topic: 'cashloop.org.v1',
  partition: 0,
  fetchedFrom,
  records: list,
  end: (list.at(-1)?.offset ?? -1n) + 1n,
});

/** Writes down what a reader asks of the consumer. */
export function controlLog(): PartitionControl & { log: string[] } {
  const log: string[] = [];
  return {
    log,
    done: (offset) => void log.push(`done ${offset}`),
    seek: (offset) => void log.push(`seek ${offset}`),
    pause: (ms) => void log.push(ms === undefined ? 'pause' : 'pause a while'),
    resume: () => void log.push('resume'),
    owned: () => true,
  };
}
