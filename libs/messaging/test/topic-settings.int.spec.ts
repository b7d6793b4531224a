import { jest } from '@jest/globals';
import kafkajs, { type Admin } from 'kafkajs';
import { testBroker, type TestBroker } from '@cashloop/testkit';
import type { TopicSpec } from '../src/index.ts';
import { kafkaBroker } from '../src/kafka/index.ts';
import { platformatic } from './conformance/second-client/second-broker.ts';

jest.setTimeout(60_000);

/** A topic is the history that new projections are built from, and its broker's own settings delete after a week. */
describe('a topic that is made', () => {
  let place: TestBroker;

  beforeEach(async () => void (place = await testBroker()));
  afterEach(async () => {
    jest.restoreAllMocks();
    await place.close();
  });

  test.each([
    ['kafkajs', kafkaBroker],
    ['@platformatic/kafka', platformatic.make],
  ])('by %s keeps everything, and says itself how many replicas must have a record', async (_, make) => {
    const { brokers, topicPrefix: prefix } = place;
    const broker = make({ clientId: 'test', brokers, prefix });
    await broker.createTopics([{ name: 't', partitions: 3, replication: 1 }]);
    expect(await ownSettings(brokers, `${prefix}t`)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'min.insync.replicas': '1',
    });
    await broker.close();
  });

  test('takes what strangers pack, unpacked: kafkajs reads gzip only', async () => {
    const { brokers, topicPrefix: prefix } = place;
    const broker = kafkaBroker({ clientId: 'test', brokers, prefix });
    await broker.createTopics([{ name: 't', partitions: 1, replication: 1 }]);
    expect(await ownSettings(brokers, `${prefix}t`)).toMatchObject({ 'compression.type': 'uncompressed' });
    await broker.close();
  });

  /** One broker alone takes no such topic: what it is asked for is seen. */
  test.each([
    [1, '1'],
    [2, '1'],
    [3, '2'],
  ])('with %i replicas outlives the loss of one broker: %s must have each record', async (replication, needed) => {
    let asked: Parameters<Admin['createTopics']>[0] | undefined;
    const admin = {
      connect: async () => undefined,
      createTopics: async (options: typeof asked) => ((asked = options), true),
      disconnect: async () => undefined,
    };
    jest.spyOn(kafkajs.Kafka.prototype, 'admin').mockReturnValue(admin as unknown as Admin);
    const broker = kafkaBroker({ clientId: 'test', brokers: ['127.0.0.1:1'] });
    const spec: TopicSpec = { name: 't', partitions: 7, replication };
    await broker.createTopics([spec]);
    await broker.close();
    const [topic] = asked?.topics ?? [];
    expect(topic).toMatchObject({ topic: 't', numPartitions: 7, replicationFactor: replication });
    expect(topic?.configEntries).toContainEqual({ name: 'min.insync.replicas', value: needed });
  });
});

/** Those that were set for this topic, whatever the broker's own are. */
async function ownSettings(brokers: string[], topic: string): Promise<Record<string, string>> {
  const kafka = new kafkajs.Kafka({ clientId: 'test', brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }];
  const { resources: found } = await admin.describeConfigs({ includeSynonyms: false, resources });
  await admin.disconnect();
  const own = found[0]?.configEntries.filter(({ configSource }) => configSource === TOPICS_OWN) ?? [];
  return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
}

const TOPICS_OWN = kafkajs.ConfigSource.TOPIC_CONFIG;
