import kafkajs from 'kafkajs';
import pg from 'pg';
import { testBroker, type TestBroker, testDatabase, type TestDatabase } from '@cashloop/testkit';
import { kafkaBroker } from '../src/kafka/index.ts';
import { RefusedKeys } from '../src/relay/refused-keys.ts';
import { Relay } from '../src/relay/relay.ts';
import { Bell } from '../src/relay/wake.ts';
import { migrations, quiet, until } from './notes-service.ts';

describe('events the broker refuses', () => {
  let database: TestDatabase;
  let broker: TestBroker;
  let client: pg.Client;
  let relay: Relay;
  const kafka = (): kafkajs.Kafka =>
    new kafkajs.Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });

  beforeAll(async () => {
    database = await testDatabase({ migrations });
    broker = await testBroker();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await broker.createTopics([{ name: 'refusals', partitions: 2 }]);
    await limit(5_000);
  });
  afterEach(() => relay.close());
  afterAll(async () => {
    await client.end();
    await broker.close();
    await database.close();
  });

  async function limit(bytes: number): Promise<void> {
    const admin = kafka().admin();
    await admin.connect();
    const name = `${broker.topicPrefix}refusals`;
    const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
    await admin.disconnect();
  }

  function startRelay(): void {
    const { brokers, topicPrefix: prefix } = broker;
    const leadership = { client, gained: async () => undefined } as never;
    relay = new Relay({
      broker: kafkaBroker({ clientId: 'test', brokers, prefix }),
      leadership,
      bell: new Bell(),
      log: quiet,
    });
    relay.start();
  }

  const large = (name: string): string => name + 'x'.repeat(20_000);
  const write = (key: string, values: readonly string[]): Promise<unknown> =>
    client.query(
      `insert into outbox (topic, key, headers, value) select 'refusals', $1, '{}', v from unnest($2::text[]) with ordinality r(v, n) order by n`,
      [key, values],
    );
  const left = async (): Promise<string[]> =>
    (await client.query<{ value: string }>('select left(value, 2) as value from outbox order by id')).rows.map(
      ({ value }) => value,
    );

  async function sent(): Promise<string[]> {
    const consumer = kafka().consumer({ groupId: `${broker.topicPrefix}${Math.random()}` });
    const admin = kafka().admin();
    await admin.connect();
    const topic = `${broker.topicPrefix}refusals`;
    const offsets = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const wanted = offsets.reduce((sum, { high }) => sum + Number(high), 0);
    const values: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value).slice(0, 2)) });
    await until(() => values.length >= wanted, 'all read');
    await consumer.disconnect();
    return values;
  }

  /** Each once and in order: a send that was refused in part may be repeated. */
  const ofKey = (values: readonly string[], key: string): string[] => [
    ...new Set(values.filter((value) => value.startsWith(key))),
  ];

  test('one that is too large holds up its key only; once the broker takes it, the key goes on in order', async () => {
    await write('a', ['a1', large('a2'), 'a3']);
    await write('b', ['b1', 'b2']);
    await write('c', [large('c1'), 'c2']);
    await write('d', ['d1']);
    startRelay();
    await until(async () => (await left()).join() === 'a2,a3,c1,c2', 'all others sent');
    await write('b', ['b3']);
    await write('a', ['a4']);
    await until(async () => (await left()).join() === 'a2,a3,c1,c2,a4', 'the others still go on');
    expect(relay.refused.map(({ key }) => key).sort()).toEqual(['a', 'c']);
    expect(relay.problem).toBeUndefined();
    const { rows } = await client.query(
      'select left(value, 2) as value from outbox where error is not null order by id',
    );
    expect(rows).toEqual([{ value: 'a2' }, { value: 'c1' }]);

    await relay.close();
    await limit(1_000_000);
    startRelay(); // as after 30 seconds
    await until(async () => (await left()).length === 0, 'all sent');
    const values = await sent();
    expect(['a', 'b', 'c', 'd'].map((key) => ofKey(values, key))).toEqual([
      ['a1', 'a2', 'a3', 'a4'],
      ['b1', 'b2', 'b3'],
      ['c1', 'c2'],
      ['d1'],
    ]);
  }, 60_000);

  test('one that an operator sets aside lets its key go on without it', async () => {
    await limit(5_000);
    await write('e', [large('e1'), 'e2']);
    startRelay();
    await until(() => relay.refused.length === 1, 'refused');
    await client.query('update outbox set parked_at = now() where error is not null'); // what `ops -- outbox park` does
    await relay.close();
    startRelay();
    await until(async () => (await left()).join() === 'e1', 'the rest of the key sent');
    expect(ofKey(await sent(), 'e')).toEqual(['e2']);
  }, 60_000);
});

test('a refused key waits half a minute, then it is tried again', () => {
  let nowMs = 0;
  const keys = new RefusedKeys(() => nowMs);
  const row = (key: string | null) => ({ id: '1', topic: 't', key, value: '', headers: {} });
  keys.add(row('a'));
  keys.add(row(null));
  expect(keys.free([row('a'), row('b'), row(null)])).toEqual([row('b')]);
  expect(keys.free([{ ...row('a'), topic: 'other' }])).toHaveLength(1);
  nowMs = 30_001;
  expect(keys.free([row('a')])).toHaveLength(1);
  expect(keys.rows).toEqual([]);
});
