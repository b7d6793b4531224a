import { jest } from '@jest/globals';
import { testBroker, type TestBroker } from '@cashloop/testkit';
import type { Broker } from '../src/index.ts';
import { kafkaBroker } from '../src/kafka/index.ts';
import { until } from './notes-service.ts';

jest.setTimeout(60_000);

/** Whoever reviews several topics over one connection must not lose sight of all when one is deleted. */
describe('a topic that is deleted', () => {
  let server: TestBroker;
  let broker: Broker;

  beforeAll(async () => {
    server = await testBroker();
    broker = kafkaBroker({ clientId: 'test', brokers: server.brokers, prefix: server.topicPrefix });
    await server.createTopics([
      { name: 'stays', partitions: 1 },
      { name: 'goes', partitions: 1 },
    ]);
  });
  afterAll(async () => {
    await broker.close();
    await server.close();
  });

  const told = (topic: string): Promise<boolean> =>
    broker.offsets(topic).then(
      () => true,
      () => false,
    );

  test('hides the offsets of no other, while it is away and once it is there again', async () => {
    await until(async () => (await told('stays')) && (await told('goes')), 'both are there');
    await server.deleteTopic('goes');
    await until(async () => !(await told('goes')), 'it is gone');
    for (let round = 0; round < 3; round += 1) expect([await told('stays'), await told('goes')]).toEqual([true, false]);
    await server.createTopics([{ name: 'goes', partitions: 1 }]);
    await until(() => told('goes'), 'it is there again');
    expect(await told('stays')).toBe(true);
  });
});
