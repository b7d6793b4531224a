import kafkajs from 'kafkajs';
import { topicDefs } from '@cashloop/events';
import { waitUntil } from './stage.ts';

/** A hold event may still be on its way from the broker when the outbox is empty. */
const LATE_MS = 10_000;

/** Reads hold events as they come and notes when, each once: a relay may repeat. */
export class HoldReader {
  readonly #consumer: kafkajs.Consumer;
  readonly #readMs = new Map<string, number>();
  readonly #seen = new Set<string>();
  /** Of each hold event the id of the event that led there. */
  readonly causes: string[] = [];

  private constructor(consumer: kafkajs.Consumer) {
    this.#consumer = consumer;
  }

  static async open(brokers: readonly string[], prefix: string): Promise<HoldReader> {
    const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: `${prefix}bench`, maxWaitTimeInMs: 5 });
    const reader = new HoldReader(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic: prefix + topicDefs.creditHold.name, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => reader.#note(message) });
    return reader;
  }

  #note({ headers, value }: kafkajs.KafkaMessage): void {
    const id = String(headers?.ce_id);
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const { causing_event_id: cause } = JSON.parse(value!.toString()) as { causing_event_id: string };
    this.causes.push(cause);
    if (!this.#readMs.has(cause)) this.#readMs.set(cause, performance.now());
  }

  /** When the hold event that this one caused was readable, by the monotonic clock. */
  readMs(cause: string): number | undefined {
    return this.#readMs.get(cause);
  }

  /** Those of the causes that no hold event names, after a while. */
  async missing(causes: readonly string[]): Promise<string[]> {
    const left = (): string[] => causes.filter((cause) => !this.#readMs.has(cause));
    await waitUntil(async () => left().length === 0, LATE_MS).catch(() => undefined); // told by what is left
    return left();
  }

  close(): Promise<void> {
    return this.#consumer.disconnect();
  }
}
