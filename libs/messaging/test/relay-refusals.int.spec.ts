import kafkajs from 'kafkajs';
import pg from 'pg';
import { testBroker, type TestBroker, testDatabase, type TestDatabase } from '@cashloop/testkit';
import { type Broker, MessageRefused } from '../src/broker.ts';
import { kafkaBroker } from '../src/kafka/index.ts';
import { MemoryCluster } from '../src/memory/index.ts';
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
    await until(async () => (await takesLarge()).every((taken) => taken === bytes > 20_000), 'the limit holds');
  }

  /** By partition: a changed limit comes to each of them a moment after it was told. */
  async function takesLarge(): Promise<boolean[]> {
    const producer = kafka().producer({ retry: { retries: 0 } });
    await producer.connect();
    const topic = `${broker.topicPrefix}refusals`;
    const probe = (partition: number): Promise<boolean> =>
      producer.send({ topic, messages: [{ partition, value: large('probe') }] }).then(
        () => true,
        () => false,
      );
    const taken = [await probe(0), await probe(1)];
    await producer.disconnect();
    return taken;
  }

  function startRelay(): void {
    const { brokers, topicPrefix: prefix } = broker;
    const leadership = { client, gained: async () => undefined, commitsWait: true } as never;
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
    await until(async () => (await left()).join() === 'e1', 'the rest of the key sent');
    expect(ofKey(await sent(), 'e')).toEqual(['e2']);
  }, 60_000);
});

/** A relay on a broker in memory that refuses values by their beginning, with a clock of the test's own. */
describe('a refused key', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let relay: Relay;
  const cluster = new MemoryCluster();
  const refuses = new Set<string>();
  let nowMs = 0;
  let sends: string[][] = [];
  let onSend = (_names: string[]): void => undefined;

  const broker: Broker = {
    ...cluster.client(),
    producer: async () => ({
      send: async (messages) => {
        const names = messages.map(({ value }) => value.slice(0, 2));
        sends.push(names);
        onSend(names);
        if (names.some((name) => refuses.has(name))) throw new MessageRefused('too large');
        for (const message of messages) cluster.log.append(message);
      },
      close: async () => undefined,
    }),
  };

  beforeAll(async () => {
    database = await testDatabase({ migrations });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    cluster.log.create('t', 1);
  });
  beforeEach(() => {
    const leadership = { client, gained: async () => undefined, commitsWait: true } as never;
    const keys = new RefusedKeys(() => nowMs);
    relay = new Relay({ broker, leadership, bell: new Bell(), log: quiet, pollMs: 20, refused: keys });
    refuses.clear();
    sends = [];
    onSend = () => undefined;
  });
  afterEach(() => relay.close());
  afterAll(async () => {
    await client.end();
    await database.close();
  });

  /** The name is key and number; so large that each goes in a send of its own. */
  const write = (names: readonly string[], bytes = 500_000): Promise<unknown> =>
    client.query(
      `insert into outbox (topic, key, headers, value) select 't', left(n, 1), '{}', n || repeat('x', $2) from unnest($1::text[]) with ordinality r(n, i) order by i`,
      [names, bytes],
    );
  const sent = (): string[] => cluster.log.records('t').map(({ value }) => String(value).slice(0, 2));
  const empty = async (): Promise<boolean> => (await client.query('select 1 from outbox')).rows.length === 0;

  test('is not passed by a later event in hand, however long the sends take', async () => {
    refuses.add('a1');
    onSend = () => void (nowMs += 31_000);
    await write(['a1', 'b1', 'a2', 'b2']);
    relay.start();
    const tries = (): number => sends.filter((names) => names.join() === 'a1').length;
    const later = (): void => void (nowMs += 31_000);
    await until(() => (later(), tries() > 3), 'a1 tried again and again');
    expect(sent()).toEqual(['b1', 'b2']);
    refuses.clear();
    await until(() => (later(), empty()), 'all sent');
    expect(sent()).toEqual(['b1', 'b2', 'a1', 'a2']);
  }, 30_000);

  test('does not hold up others where many are refused, and is tried less and less often', async () => {
    const many = Array.from({ length: 60 }, (_, i) => `${String.fromCharCode(0x100 + i)}1`);
    for (const name of many) refuses.add(name);
    await write([...many, 'z1'], 10);
    relay.start();
    await until(() => sent().includes('z1'), 'the other one sent');
    expect(relay.refused).toHaveLength(60);
    const before = sends.length;
    await write(['z2'], 10);
    await until(() => sent().includes('z2'), 'the next one sent');
    expect(sends.length - before).toBeLessThan(5); // none of the refused ones is due
    await client.query('update outbox set parked_at = now()'); // an operator sets all of them aside
    await until(() => relay.refused.length === 0, 'no key waits any more');
    await client.query('delete from outbox');
  }, 30_000);

  test('what cannot be deleted is not sent again and again at once', async () => {
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(`create function full_disk() returns trigger language plpgsql as
      $$ begin raise exception 'no space left' using errcode = '53100'; end $$`);
    await admin.query('create trigger full_disk before delete on outbox for each row execute function full_disk()');
    await write(['c1'], 10);
    relay.start();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(sends.length).toBeGreaterThan(1);
    expect(sends.length).toBeLessThan(12); // pauses of 100 ms, 200 ms, 400 ms ...
    await admin.query('drop trigger full_disk on outbox');
    await until(empty, 'deleted once there is space');
    await admin.end();
  }, 30_000);
});

test('a refused key waits half a minute, then a minute, at most ten; time alone does not free it', () => {
  let nowMs = 0;
  const keys = new RefusedKeys(() => nowMs);
  const row = (key: string) => ({ id: '1', topic: 't', key, value: '', headers: {} });
  const waits: number[] = [];
  for (let i = 0; i < 7; i += 1) {
    const from = nowMs;
    keys.add(row('a'));
    while (keys.due.length === 0) nowMs += 1_000;
    waits.push((nowMs - from) / 1_000);
  }
  expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
  expect(keys.free([row('a'), row('b')])).toEqual([row('b')]);
  expect(keys.free([{ ...row('a'), topic: 'other' }])).toHaveLength(1);
  keys.release(row('a'));
  expect(keys.free([row('a')])).toHaveLength(1);
});
