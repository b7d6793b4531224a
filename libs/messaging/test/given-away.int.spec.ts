import { topicDefs } from '@cashloop/events';
import { ProjectionConsumer } from '../src/consumer/projection-consumer.ts';
import type { Broker, ConsumerSpec } from '../src/index.ts';
import { metrics } from '../src/metrics.ts';
import { batchOf, controlLog, records } from './fabricated-batches.ts';
import { quiet, until } from './notes-service.ts';
import { ReaderStage } from './reader-stage.ts';

const place = { topic: topicDefs.org.name, partition: 0 };

/** What this process noted about a partition is worth nothing once another member reads it. */
describe('a partition that goes to another member', () => {
  const stage = new ReaderStage();
  let consumer: ProjectionConsumer;
  let spec: ConsumerSpec;
  let failing: boolean;
  /** While set, the broker does not tell its offsets. */
  let offsetsTold: Promise<void> | undefined;
  let asked: number;
  let end: bigint;

  beforeEach(async () => {
    metrics.recoverySeconds.reset();
    [failing, offsetsTold, asked, end] = [false, undefined, 0, 3n];
    let joined = false;
    const broker = {
      consumer: async (wanted: ConsumerSpec) => ((spec = wanted), (joined = true), { close: async () => undefined }),
      offsets: async () => {
        asked += 1;
        await offsetsTold;
        return [{ partition: 0, first: 0n, end }];
      },
    } as unknown as Broker;
    const call = async (): Promise<void> => {
      if (failing) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    const subscription = { kind: 'events' as const, projection: 'given', topic: topicDefs.org };
    const tools = { runner: stage.runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => {} };
    const limits = { projection: 'given', group: 'g', eventsMax: 100, partitionsAtOnce: 1 };
    consumer = new ProjectionConsumer(broker, tools, { ...limits, handlers: [{ name: 'test', subscription, call }] });
    consumer.start();
    await until(() => joined, 'the consumer connects');
  });
  afterEach(() => consumer.close());

  const reported = async (): Promise<string[]> => {
    const told: string[] = [];
    for (const gauge of [metrics.failingSince, metrics.consumerLag, metrics.partitionStopped])
      for (const { labels } of (await gauge.get()).values)
        if ((labels as { projection?: string }).projection === 'given') told.push(JSON.stringify(labels));
    return told;
  };
  const recoveries = async (): Promise<number> =>
    (await metrics.recoverySeconds.get()).values.find(
      ({ labels, metricName }) => labels.projection === 'given' && metricName?.endsWith('_count') === true,
    )?.value ?? -1;

  test('is not reported on by a review that began before', async () => {
    const telling = Promise.withResolvers<void>();
    offsetsTold = telling.promise;
    spec.onAssigned([place]);
    await until(() => asked > 0, 'the review asks the broker');
    spec.onAssigned([]);
    end = 0n;
    await stage.query(`update consumer_offset set next_offset = 3`);
    telling.resolve();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await reported()).toEqual([]);
  });

  test('comes back as one that never failed here', async () => {
    spec.onAssigned([place]);
    failing = true;
    await spec.onBatch(batchOf(records(0, 3)), controlLog());
    expect(await reported()).not.toEqual([]);
    spec.onAssigned([]);
    failing = false;
    spec.onAssigned([place]);
    await spec.onBatch(batchOf(records(0, 3)), controlLog());
    expect([await stage.next(), await recoveries()]).toEqual(['3', 0]);
  });

  test('comes back running where its stop was cleared elsewhere', async () => {
    spec.onAssigned([place]);
    const [control, all] = [controlLog(), records(0, 3)];
    await spec.onBatch(batchOf(all.slice(0, 1)), control);
    await consumer.readers[0]?.stop('for a test');
    spec.onAssigned([]);
    expect(control.log.at(-1)).toBe('resume');
    spec.onAssigned([place]);
    await spec.onBatch(batchOf(all), controlLog());
    expect([consumer.readers[0]?.state, await stage.next()]).toEqual(['running', '3']);
  });

  test('whose stop nobody cleared stays stopped through a rebalance that leaves it here', async () => {
    spec.onAssigned([place]);
    await consumer.readers[0]?.stop('for a test');
    spec.onAssigned([place]);
    expect(consumer.readers[0]?.state).toBe('stopped');
  });
});
