import type { OutgoingEvent } from '@cashloop/events';
import {
  create,
  customerKey,
  type Event,
  InvoiceState_State,
  InvoiceStateSchema,
  outgoing,
  PaymentState_State,
  PaymentStateSchema,
  topicDefs,
} from '@cashloop/events';
import { connect, createDataSource, TransactionRunner } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { PartitionReader } from '../../src/consumer/partition-reader.ts';
import { ProjectionConsumer } from '../../src/consumer/projection-consumer.ts';
import type { Broker, ConsumerSpec, HandlerContext } from '../../src/index.ts';
import { metrics } from '../../src/metrics.ts';
import { memoryStage } from '../conformance/broker-stage.ts';
import { TallyStage } from '../conformance/tally-service.ts';
import { batchOf, controlLog, record, records } from '../fabricated-batches.ts';
import { migrations, quiet, recordSeen, until } from '../notes-service.ts';

/** Rewrites that look harmless. Each test fails when somebody makes one. */
describe('rewrites of the consumer', () => {
  let database: TestDatabase;
  let runner: TransactionRunner;
  let close: () => Promise<void>;

  beforeAll(async () => {
    database = await testDatabase({ migrations });
    const dataSource = await connect(createDataSource({ url: database.url, migrations }), 5_000);
    runner = new TransactionRunner(dataSource);
    close = () => dataSource.destroy();
  });
  beforeEach(() =>
    runner.run(['1'], async (tx) => {
      for (const table of ['seen', 'consumer_offset', 'dead_letter', 'outbox']) await tx.query(`delete from ${table}`);
    }),
  );
  afterAll(async () => {
    await close();
    await database.close();
  });

  const tools = () => ({ runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => undefined });
  const seen = async (): Promise<number[]> =>
    (
      await runner.run(['1'], (tx) => tx.query<{ position: string }>('select position from seen order by position'))
    ).map((row) => Number(row.position));

  test('looking the offset up after the assignment comes too late: the first batch may be there before', async () => {
    const all = records(0, 60);
    const handler = {
      name: 'test',
      subscription: { kind: 'events' as const, projection: 'p', topic: topicDefs.org },
      call: async (...args: unknown[]) => {
        const [events, ctx] = args as [Event[], HandlerContext];
        await recordSeen(events, ctx);
        return [];
      },
    };
    const reader = new PartitionReader(
      tools(),
      { projection: 'p', topic: 'cashloop.org.v1', partition: 0 },
      handler,
      100,
    );
    await reader.take(batchOf(all.slice(0, 20)), controlLog());

    const control = controlLog();
    let delivered: Promise<void> = Promise.resolve();
    const broker = {
      consumer: async (spec: ConsumerSpec) => {
        spec.onAssigned([{ topic: 'cashloop.org.v1', partition: 0 }]);
        delivered = spec.onBatch(batchOf(all.slice(50)), control); // from where the group had committed, in the same tick
        return { close: async () => undefined };
      },
      offsets: async () => [{ partition: 0, first: 0n, end: 60n }],
    } as unknown as Broker;
    const spec = { projection: 'p', group: 'g', handlers: [handler], eventsMax: 100, partitionsAtOnce: 1 };
    const consumer = new ProjectionConsumer(broker, tools(), spec);
    consumer.start();
    await until(() => control.log.length > 0, 'the batch judged');
    await delivered;
    expect(control.log[0]).toMatch(/^seek (19|20)$/);
    expect(await seen()).toEqual(Array.from({ length: 20 }, (_, i) => i));
    await consumer.close();
  });

  test('grouping a batch by event type turns a payment and the invoice it settles around', async () => {
    const order: string[] = [];
    const handler = {
      name: 'test',
      subscription: { kind: 'events' as const, projection: 'p', topic: topicDefs.receivable },
      call: async (...args: unknown[]) => {
        order.push(...(args[0] as Event[]).map((event) => `${event.type} ${event.subject}`));
        return [];
      },
    };
    const reader = new PartitionReader(
      tools(),
      { projection: 'p', topic: topicDefs.receivable.name, partition: 0 },
      handler,
      100,
    );
    const told = [
      invoice('invoice_created', 1),
      payment('payment_received', 2),
      invoice('invoice_paid', 1),
      invoice('invoice_created', 3),
      payment('payment_updated', 2),
    ];
    const list = told.map((event, i) => record(BigInt(i), event));
    await reader.take({ ...batchOf(list), topic: topicDefs.receivable.name }, controlLog());
    expect(order).toEqual(told.map((event) => `${event.type} ${event.headers.ce_subject}`));
  });

  test('a sum kept over an await loses counts when partitions are worked on at once', async () => {
    const stage = await TallyStage.open(memoryStage);
    const app = await stage.app({ partitionsAtOnce: 8, batchEventsMax: 5 });
    const before = await handledEvents();
    await stage.commit(app, stage.events(600));
    await stage.settles(app);
    await until(async () => (await handledEvents()) - before === 600, 'all counted');
    await stage.close();
  }, 60_000);
});

async function handledEvents(): Promise<number> {
  const { values } = await metrics.handledEvents.get();
  return values.find(({ labels }) => labels.projection === 'tally')?.value ?? 0;
}

const fields = (subject: string): Parameters<typeof outgoing>[3] => ({
  orgId: '1',
  key: customerKey('1', '5'),
  subject,
  time: new Date('2026-01-15T12:00:00Z'),
});
const invoice = (type: 'invoice_created' | 'invoice_paid', n: number): OutgoingEvent =>
  outgoing(
    topicDefs.receivable,
    type,
    create(InvoiceStateSchema, { invoiceId: `i${n}`, version: 1, customerId: '5', state: InvoiceState_State.OPEN }),
    fields(`invoice/${n}`),
  );
const payment = (type: 'payment_received' | 'payment_updated', n: number): OutgoingEvent =>
  outgoing(
    topicDefs.receivable,
    type,
    create(PaymentStateSchema, { paymentId: `p${n}`, version: 1, customerId: '5', state: PaymentState_State.RECEIVED }),
    fields(`payment/${n}`),
  );
