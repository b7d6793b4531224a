import 'reflect-metadata';
import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { InvoiceState_State, topicDefs, type Event, type OutgoingEvent } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import { BenchStore } from '../kernel/bench.store.ts';
import { OnReceivable } from '../kernel/on-receivable.ts';

/**
 * The barest loop that keeps offsets in Postgres: JSON.parse and the statements of the kernel service, as a superuser. No
 * headers, no check of what comes, no tenants, no retries, no dead letters, no metrics, no traces, no relay.
 */
const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder.js') as { prototype: object };
Object.assign(prototype, { readVarIntArray: () => ({ reduce: () => ({}) }) }); // not even read

const place = `projection = 'bench-invoices' and topic = '${topicDefs.receivable.name}'`;
const outbox = `insert into outbox (topic, key, headers, value) select * from unnest($1::text[], $2::text[], $3::json[], $4::text[])`;
const pool = new pg.Pool({ connectionString: process.env.BARE_DATABASE_URL, max: 10, pipeline: true } as pg.PoolConfig);
const handler = new OnReceivable(new BenchStore());

type Body = Record<string, string> & { version: number };

const eventOf = (body: Body): Event =>
  ({
    type: 'invoice_updated',
    orgId: '1',
    data: {
      invoiceId: body.invoice_id,
      version: body.version,
      customerId: body.customer_id,
      state: InvoiceState_State[body.state as keyof typeof InvoiceState_State],
      dueDate: body.due_date,
      balanceMinor: body.balance_minor,
    },
  }) as unknown as Event;

async function publish(client: pg.PoolClient, events: readonly OutgoingEvent[]): Promise<void> {
  if (events.length === 0) return;
  const columns = [events.map((one) => one.topic), events.map((one) => one.key)];
  const values = [...columns, events.map((one) => JSON.stringify(one.headers)), events.map((one) => one.value)];
  await client.query({ name: 'outbox', text: outbox, values });
}

async function take(batch: kafkajs.Batch): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const at = `${place} and partition = ${batch.partition}`;
    const { rows } = await client.query<{ n: string }>(
      `select next_offset n from consumer_offset where ${at} for update`,
    );
    const fresh = batch.messages.filter(({ offset }) => BigInt(offset) >= BigInt(rows[0]!.n));
    const events = fresh.map(({ value }) => eventOf(JSON.parse(value!.toString()) as Body));
    const prepared = async (name: string, text: string, values: unknown[]): Promise<unknown[]> =>
      (await client.query({ name, text, values })).rows as unknown[];
    const holds = await handler.handle(events, { tx: { prepared } as unknown as Tx, now: new Date(), log: undefined! });
    const closing = [
      publish(client, holds),
      client.query(`update consumer_offset set next_offset = ${BigInt(batch.lastOffset()) + 1n} where ${at}`),
      client.query('commit'),
    ];
    await Promise.all(closing);
  } finally {
    client.release();
  }
}

await pool.query(
  `insert into consumer_offset (projection, topic, partition) select 'bench-invoices', $1, p from generate_series(0, 7) p`,
  [topicDefs.receivable.name],
);
const kafka = new kafkajs.Kafka({ clientId: 'bare', brokers: [process.env.KAFKA_BROKERS ?? ''], logLevel: 1 });
const consumer = kafka.consumer({ groupId: `${process.env.KAFKA_TOPIC_PREFIX}bare`, maxBytes: 8_388_608 });
await consumer.connect();
await consumer.subscribe({
  topics: [`${process.env.KAFKA_TOPIC_PREFIX}${topicDefs.receivable.name}`],
  fromBeginning: true,
});
await consumer.run({
  autoCommit: false,
  partitionsConsumedConcurrently: Number(process.env.BARE_PARTITIONS_AT_ONCE ?? 1),
  eachBatch: ({ batch }) => take(batch),
});
process.once('SIGTERM', () => void consumer.disconnect().then(() => process.exit(0)));
