import { jest } from '@jest/globals';
import { topicDefs } from '@cashloop/events';
import { Effects, type Logger, MessagingHealth } from '../src/index.ts';
import { kafkaBroker } from '../src/kafka/index.ts';
import { MemoryCluster } from '../src/memory/index.ts';
import { ensureTopics, PartitionCountMismatch } from '../src/relay/topics.ts';
import { orgEvent, quiet, ready, rows, stand, type Stand, until } from './notes-service.ts';

jest.setTimeout(60_000);

const topic = topicDefs.org;

/** Keys would move to other partitions, and the order within a key would break. */
describe('a topic with another partition count than the program says', () => {
  let place: Stand;

  beforeEach(async () => void (place = await stand()));
  afterEach(() => place.close());

  test('stops the service at its start: it says so, relays nothing and reads nothing, until the topic is right', async () => {
    const { brokers, topicPrefix: prefix } = place.broker;
    const kafka = kafkaBroker({ clientId: 'test', brokers, prefix });
    await place.broker.createTopics([{ name: topic.name, partitions: topic.partitions + 2 }]);
    const producer = await kafka.producer();
    const stray = orgEvent('2');
    await producer.send([{ ...stray, headers: { ...stray.headers, ce_source: 'test' } }]);
    await producer.close();

    let tries = 0;
    const warn: Logger['warn'] = (_, message) => void (tries += Number(message.includes('not ready')));
    const app = await place.app({ logger: { ...quiet, warn } });
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
    await until(() => tries >= 3, 'it looked three times');
    const { ready: isReady, problems } = app.get(MessagingHealth).state();
    const why = `topics of this service: topic ${topic.name} has ${topic.partitions + 2} partitions but needs ${topic.partitions}`;
    expect([isReady, problems.some((problem) => problem.startsWith(why))]).toEqual([false, true]);
    const held = (await kafka.offsets(topic.name)).reduce((sum, { end }) => sum + end, 0n);
    await kafka.close();
    expect([held, (await rows(app, 'select 1 from outbox')).length]).toEqual([1n, 1]);
    expect(await rows(app, 'select 1 from seen union all select 1 from consumer_offset')).toEqual([]);

    await place.broker.deleteTopic(topic.name);
    await ready(app);
    await until(async () => (await rows(app, 'select 1 from seen')).length === 1, 'its own event relayed and handled');
  });

  test('is a fault with a code of its own', async () => {
    const cluster = new MemoryCluster();
    cluster.log.create(topic.name, topic.partitions + 1);
    const checking = ensureTopics(cluster.client(), [topic], 1);
    await expect(checking).rejects.toBeInstanceOf(PartitionCountMismatch);
    await expect(checking).rejects.toMatchObject({ code: 'topic.partition_count' });
  });
});
