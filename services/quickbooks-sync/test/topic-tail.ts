import {
  create,
  CustomerStateSchema,
  customerKey,
  decode,
  outgoing,
  topicDefs,
  type Event,
  type OutgoingEvent,
} from '@cashloop/events';
import type { Broker, BrokerConsumer, BrokerProducer } from '@cashloop/messaging';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import type { TestBroker } from '@cashloop/testkit';
import type { Json } from './json.ts';

/** Reads what the service publishes and publishes what other services would. */
export class Topics {
  readonly seen: Event<Json>[] = [];
  readonly #broker: Broker;
  #consumer: BrokerConsumer | undefined;
  #producer: BrokerProducer | undefined;

  constructor({ brokers, topicPrefix }: TestBroker) {
    this.#broker = kafkaBroker({ clientId: 'test', brokers, prefix: topicPrefix });
  }

  async start(): Promise<this> {
    const defs = [topicDefs.receivable, topicDefs.customerSighting, topicDefs.sync];
    this.#producer = await this.#broker.producer();
    this.#consumer = await this.#broker.consumer({
      group: 'test',
      topics: defs.map((def) => def.name),
      partitionsAtOnce: 1,
      onAssigned: () => undefined,
      onCrash: (error) => void process.stderr.write(`the test lost its broker: ${error.message}\n`),
      onBatch: async ({ topic, records }, control) => {
        const def = defs.find(({ name }) => name === topic) as typeof topicDefs.receivable;
        for (const record of records) {
          const decoded = decode(def, record);
          if (decoded.kind === 'event') this.seen.push(decoded.event);
          control.done(record.offset);
        }
      },
    });
    return this;
  }

  async close(): Promise<void> {
    await this.#consumer?.close();
    await this.#producer?.close();
    await this.#broker.close();
  }

  ofType(...types: string[]): Event<Json>[] {
    return this.seen.filter((event) => types.includes(event.type));
  }

  /** Answers as crm-sync: customer `1000 + n` stands behind external customer n. */
  async link(
    company: string,
    externalIds: readonly string[],
    version = 1,
    offset = 1000,
    name = 'Customer',
  ): Promise<void> {
    const events = externalIds.map((externalId) => {
      const customerId = String(offset + Number(externalId));
      const data = create(CustomerStateSchema, {
        customerId,
        version,
        teriCode: `TERI-${customerId}`,
        name: `${name} ${externalId}`,
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
    await this.#producer?.send(
      events.map((event) => ({ ...event, headers: { ...event.headers, ce_source: 'crm-sync' } })),
    );
  }
}
