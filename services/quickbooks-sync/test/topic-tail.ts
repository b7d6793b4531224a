import kafkajs from 'kafkajs';
import {
  create,
  CustomerStateSchema,
  customerKey,
  decode,
  outgoing,
  topicDefs,
  type Event,
  type OutgoingEvent,
  type WireRecord,
} from '@cashloop/events';
import type { TestBroker } from '@cashloop/testkit';
import type { Json } from './json.ts';

/** Reads what the service publishes and publishes what other services would. */
export class Topics {
  readonly seen: Event<Json>[] = [];
  readonly #kafka: kafkajs.Kafka;
  readonly #prefix: string;
  readonly #consumer: kafkajs.Consumer;
  readonly #producer: kafkajs.Producer;

  constructor(broker: TestBroker) {
    this.#kafka = new kafkajs.Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
    this.#prefix = broker.topicPrefix;
    this.#consumer = this.#kafka.consumer({ groupId: `${broker.topicPrefix}test` });
    this.#producer = this.#kafka.producer();
  }

  async start(): Promise<this> {
    await this.#producer.connect();
    await this.#consumer.connect();
    const defs = [topicDefs.receivable, topicDefs.customerSighting, topicDefs.sync];
    await this.#consumer.subscribe({ topics: defs.map((def) => this.#prefix + def.name), fromBeginning: true });
    await this.#consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        const def = defs.find((one) => topic.endsWith(one.name))!;
        const record = {
          topic,
          partition,
          offset: BigInt(message.offset),
          key: message.key,
          value: message.value,
          headers: message.headers,
        };
        const decoded = decode(def as typeof topicDefs.receivable, record as WireRecord);
        if (decoded.kind === 'event') this.seen.push(decoded.event);
      },
    });
    return this;
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect();
    await this.#producer.disconnect();
  }

  ofType(...types: string[]): Event<Json>[] {
    return this.seen.filter((event) => types.includes(event.type));
  }

  /** Answers as crm-sync: customer `1000 + n` stands behind external customer n. */
  async link(company: string, externalIds: readonly string[], version = 1, offset = 1000): Promise<void> {
    const events = externalIds.map((externalId) => {
      const customerId = String(offset + Number(externalId));
      const data = create(CustomerStateSchema, {
        customerId,
        version,
        teriCode: `TERI-${customerId}`,
        name: `Customer ${externalId}`,
        currency: 'USD',
        active: true,
        links: [{ system: 'quickbooks', company, externalId }],
      });
      const fields = {
        orgId: '1',
        key: customerKey('1', customerId),
        subject: `customer/${customerId}`,
        time: new Date(),
      };
      return outgoing(topicDefs.customer, 'customer_upserted', data, fields);
    });
    await this.publish(events);
  }

  async publish(events: readonly OutgoingEvent[]): Promise<void> {
    await this.#producer.sendBatch({
      topicMessages: [...Map.groupBy(events, (event) => event.topic)].map(([topic, own]) => ({
        topic: this.#prefix + topic,
        messages: own.map((event) => ({
          key: event.key,
          value: event.value,
          headers: { ...event.headers, ce_source: 'crm-sync' },
        })),
      })),
    });
  }
}
