import { randomUUID } from 'node:crypto';
import { Admin, Producer } from '@platformatic/kafka';
import { testBroker } from '@cashloop/testkit';
import { type Broker, type BrokerMessage, MessageRefused } from '../../../src/index.ts';
import { kafkaBroker } from '../../../src/kafka/index.ts';
import { until } from '../../notes-service.ts';
import { controlTests } from './controls.ts';
import { secondBroker } from './second-broker.ts';
import { readAlike, sendBy, topic } from './traffic.ts';

/** What the suite does not see: a client in the place of another one finds, and leaves, the same records. */
export function bothClientsTests(): void {
  let brokers: string[], prefix: string, close: () => Promise<void>;
  let clients: readonly [Broker, Broker];

  beforeEach(async () => {
    ({ brokers, topicPrefix: prefix, close } = await testBroker());
    const settings = { clientId: 'both', brokers, prefix };
    clients = [kafkaBroker(settings), secondBroker(settings)];
    // Three: by a power of two a hash taken as unsigned would go unnoticed.
    await clients[1].createTopics([{ name: topic, partitions: 3, replication: 1 }]);
    await until(async () => (await clients[0].partitionCounts([topic])).get(topic) === 3, 'the topic');
  });
  afterEach(async () => {
    for (const client of clients) await client.close();
    await close();
  });

  test('each writes a key to the same partition, and reads what both wrote alike', async () => {
    const messages = Array.from({ length: 60 }, (_, i): BrokerMessage => {
      const headers = { ce_id: String(i), text: 'Grüße', empty: '' };
      return { topic, key: i % 4 === 0 ? null : `key ${i % 20}`, value: `value ${i}`, headers };
    });
    for (const client of clients) await sendBy(client, messages);
    const found = await readAlike(clients, 2 * messages.length);
    const places = Map.groupBy(found, ({ key }) => String(key));
    places.delete('null'); // goes anywhere
    for (const [key, records] of places) expect([key, new Set(records.map((r) => r.partition)).size]).toEqual([key, 1]);
  });

  test('both read what strangers write: repeated and empty headers, no value, packed, in transactions', async () => {
    const stranger = { clientId: 'stranger', bootstrapBrokers: brokers };
    const odd = { topic: prefix + topic, partition: 0, headers: oddHeaders };
    const plain = new Producer(stranger);
    await plain.send({ messages: [{ ...odd, value: null as never }], compression: 'gzip' });
    await plain.close();
    const careful = new Producer({ ...stranger, idempotent: true, transactionalId: randomUUID() });
    for (const end of ['commit', 'abort', 'commit'] as const) {
      const transaction = await careful.beginTransaction();
      await transaction.send({ messages: [{ ...odd, value: Buffer.from(end) }] });
      await transaction[end]();
    }
    await careful.close();
    const [first, ...others] = await readAlike(clients, 3);
    expect(first).toMatchObject({ key: null, value: null, headers: { twice: ['1', '2'], none: null, empty: '' } });
    expect(others.map(({ value }) => String(value))).toEqual(['commit', 'commit']);
  });

  test('both begin with the first record the broker still has', async () => {
    const messages = Array.from({ length: 9 }, (_, i) => ({ topic, key: 'one', value: String(i), headers: {} }));
    await sendBy(clients[1], messages);
    const partition = (await clients[1].offsets(topic)).find(({ end }) => end > 0n)?.partition as number;
    const admin = new Admin({ clientId: 'both', bootstrapBrokers: brokers });
    await admin.deleteRecords({ topics: [{ name: prefix + topic, partitions: [{ partition, offset: 4n }] }] });
    await admin.close();
    expect((await readAlike(clients, 5)).map(({ offset }) => offset)).toEqual([4n, 5n, 6n, 7n, 8n]);
    const [one, other] = await Promise.all(clients.map((client) => client.offsets(topic)));
    expect(new Set(one)).toEqual(new Set(other));
  });

  controlTests(() => clients);

  test('both tell a message that the broker never takes from one that may be repeated', async () => {
    const large = { topic, key: 'one', value: 'x'.repeat(2_000_000), headers: {} };
    for (const client of clients) {
      for (const refused of [large, { ...large, topic: 'no name of a topic', value: '' }])
        await expect(sendBy(client, [refused])).rejects.toThrow(MessageRefused);
      await expect(sendBy(client, [{ ...large, topic: 'not-there-yet' }])).rejects.not.toThrow(MessageRefused);
    }
  });
}

const oddHeaders = new Map(
  Object.entries({ first: '1', second: '2', none: null, empty: '' }).map(([name, value]) => [
    Buffer.from(name.replace(/first|second/, 'twice')),
    value === null ? (value as never) : Buffer.from(value),
  ]),
);
