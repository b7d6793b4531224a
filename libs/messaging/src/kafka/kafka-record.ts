import type { KafkaMessage } from 'kafkajs';
import type { RawRecord } from '../raw-record.ts';
import type { RecordHeaders } from './record-headers.ts';

/** A class and no literal: one shape for millions of records. */
class KafkaRecord implements RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly #headers: RecordHeaders | undefined;

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic;
    this.partition = partition;
    this.offset = BigInt(message.offset);
    this.key = message.key;
    this.value = message.value;
    this.timestamp = Number(message.timestamp);
    this.#headers = message.headers as RecordHeaders | undefined;
  }

  get headers(): RawRecord['headers'] {
    return this.#headers?.texts ?? {};
  }

  get headerList(): RawRecord['headerList'] {
    return this.#headers?.list ?? [];
  }
}

export const toRecord = (topic: string, partition: number, message: KafkaMessage): RawRecord =>
  new KafkaRecord(topic, partition, message);
