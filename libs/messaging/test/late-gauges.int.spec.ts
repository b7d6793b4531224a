import { topicDefs } from '@cashloop/events';
import { ProjectionConsumer } from '../src/consumer/projection-consumer.ts';
import type { Broker, ConsumerSpec } from '../src/index.ts';
import { metrics } from '../src/metrics.ts';
import { batchOf, controlLog, records } from './fabricated-batches.ts';
import { quiet, until } from './notes-service.ts';
import { ReaderStage } from './reader-stage.ts';

describe('a batch that is late when its partition goes to another member', () => {
  const stage = new ReaderStage();

  test('says nothing about the partition afterwards, though it fails: its new owner does', async () => {
    const failing = Promise.withResolvers<void>();
    const called = Promise.withResolvers<void>();
    const handler = {
      name: 'test',
      subscription: { kind: 'events' as const, projection: 'late', topic: topicDefs.org },
      call: async () => {
        called.resolve();
        await failing.promise;
        throw Object.assign(new Error('lock not available'), { code: '55P03' });
      },
    };
    let spec!: ConsumerSpec;
    const broker = {
      consumer: async (asked: ConsumerSpec) => ((spec = asked), { close: async () => undefined }),
      offsets: async () => [{ partition: 0, first: 0n, end: 3n }],
    } as unknown as Broker;
    const tools = { runner: stage.runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => {} };
    const limits = { projection: 'late', group: 'g', eventsMax: 100, partitionsAtOnce: 1 };
    const consumer = new ProjectionConsumer(broker, tools, { ...limits, handlers: [handler] });
    consumer.start();
    await until(() => spec !== undefined, 'the consumer connects');
    spec.onAssigned([{ topic: topicDefs.org.name, partition: 0 }]);
    const late = spec.onBatch(batchOf(records(0, 3)), controlLog());
    await called.promise;
    spec.onAssigned([]);
    failing.resolve();
    await late;
    for (const gauge of [metrics.failingSince, metrics.consumerLag, metrics.partitionStopped]) {
      const { values } = await gauge.get();
      expect(values.filter(({ labels }) => labels.projection === 'late')).toEqual([]);
    }
    await consumer.close();
  });
});
