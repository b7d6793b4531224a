import type { KafkaMessage } from 'kafkajs';
import type { RawRecord } from '../raw-record.ts';

type HeaderList = RawRecord['headerList'];

export function toRecord(topic: string, partition: number, message: KafkaMessage): RawRecord {
  const headers = (message.headers ?? {}) as RawRecord['headers'];
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers,
    get headerList(): HeaderList {
      return listOf(headers);
    },
    timestamp: Number(message.timestamp),
  };
}

/** Built on demand: only the vault and dead letters need it. */
const listOf = (headers: RawRecord['headers']): HeaderList =>
  Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as (Buffer | null)[]) : [value as Buffer | null]).map((one) => [name, one] as const),
  );
