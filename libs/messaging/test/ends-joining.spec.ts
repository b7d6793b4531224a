import { topicDefs } from '@cashloop/events';
import type { TransactionRunner } from '@cashloop/persistence';
import { ProjectionConsumer } from '../src/consumer/projection-consumer.ts';
import type { Broker, BrokerConsumer } from '../src/index.ts';
import { quiet, until } from './notes-service.ts';

/** A member that is gone without leaving keeps its share for the rest of its session. */
describe('a consumer that ends while it joins its group', () => {
  const joining = (consumer: Broker['consumer']): ProjectionConsumer => {
    const handler = {
      name: 'test',
      subscription: { kind: 'events' as const, projection: 'p', topic: topicDefs.org },
      call: async () => undefined,
    };
    const runner = undefined as unknown as TransactionRunner;
    const tools = { runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => undefined };
    const spec = { projection: 'p', group: 'g', eventsMax: 100, partitionsAtOnce: 1, handlers: [handler] };
    return new ProjectionConsumer({ consumer } as unknown as Broker, tools, spec);
  };

  test('leaves it again before it ends', async () => {
    const { promise, resolve } = Promise.withResolvers<BrokerConsumer>();
    const steps: string[] = [];
    let asked = false;
    const consumer = joining(() => ((asked = true), promise));
    consumer.start();
    await until(() => asked, 'it joins');
    const closed = consumer.close().then(() => void steps.push('ended'));
    const leave = async (): Promise<void> => {
      await new Promise((gone) => setTimeout(gone, 100));
      steps.push('left');
    };
    resolve({ close: leave });
    await closed;
    expect(steps).toEqual(['left', 'ended']);
  });

  test('does not wait for ever for a broker that never answers', async () => {
    let asked = false;
    const consumer = joining(() => ((asked = true), new Promise<never>(() => undefined)));
    consumer.start();
    await until(() => asked, 'it joins');
    await consumer.close();
  });
});
