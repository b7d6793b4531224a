import { jest } from '@jest/globals';
import { Command } from 'commander';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { messagingMigrations } from '@cashloop/messaging/migrations';
import { testBroker, type TestBroker, testDatabase, type TestDatabase } from '@cashloop/testkit';
import { register } from '../offsets.ts';

let database: TestDatabase;
let broker: TestBroker;
let client: pg.Client;
let printed: string[];
let told: string[];

beforeAll(async () => {
  [database, broker] = await Promise.all([testDatabase({ migrations: messagingMigrations }), testBroker()]);
  Object.assign(process.env, {
    CREDIT_SCORING_DATABASE_URL: database.url,
    CASHLOOP_OPERATOR: 'ada',
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
  });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await heldByBroker();
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => void printed.push(String(line)));
  jest.spyOn(console, 'error').mockImplementation((line: unknown) => void told.push(String(line)));
}, 60_000);
beforeEach(async () => {
  [printed, told] = [[], []];
  process.env['KAFKA_BROKERS'] = broker.brokers.join(',');
  await client.query('delete from consumer_offset');
  await client.query('delete from outbox');
  await client.query(
    `insert into consumer_offset values ('p', 't', 0, 2, 'id-0', 5, now(), 'records gone', now()),
       ('p', 't', 1, 1, 'id-1', 5, now(), null, null), ('p', 't', 2, 3, 'id-2', 5, now(), 'unknown version', now())`,
  );
});
afterAll(async () => {
  await client.end();
  await Promise.all([database.close(), broker.close()]);
});

/** t/0 holds 4 to 6, its older records are gone; t/1 holds 0 to 2; t/2 holds 0 to 3. */
async function heldByBroker(): Promise<void> {
  await broker.createTopics([{ name: 't', partitions: 3 }]);
  const topic = `${broker.topicPrefix}t`;
  const kafka = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = [6, 2, 3].flatMap((n, partition) => Array.from({ length: n }, () => ({ partition, value: '{}' })));
  await producer.send({ topic, messages });
  await producer.disconnect();
  const admin = kafka.admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic); // kafkajs deletes only where it has looked before
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
  await admin.disconnect();
}

const ops = async (line: string): Promise<string> => {
  const program = new Command().exitOverride();
  register(program);
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
  await program.parseAsync(words, { from: 'user' });
  return printed.join('\n');
};
const set = (options: string): Promise<string> =>
  ops(`offsets set credit-scoring --projection p --topic t --reason "ticket 12" ${options}`);
const rows = async (): Promise<string[]> => {
  const found = await client.query<{ row: string }>(
    `select partition || ': ' || next_offset || ' ' || coalesce(last_id, '-') || ' ' || coalesce(stopped_reason, '-') as row
     from consumer_offset order by partition`,
  );
  return found.rows.map(({ row }) => row);
};
const targets = async (): Promise<string[]> => {
  const { rows } = await client.query<{ value: string }>('select value from outbox order by id');
  return rows.map(({ value }) => {
    const { action, target, reason } = JSON.parse(value) as Record<string, string>;
    return `${action}; ${target}; ${reason}`;
  });
};
const UNTOUCHED = ['0: 2 id-0 records gone', '1: 1 id-1 -', '2: 3 id-2 unknown version'];

test('what was read stands beside what the broker holds', async () => {
  const cells = (await ops('offsets show credit-scoring'))
    .split('\n')
    .map((line) => line.split('│').map((c) => c.trim()));
  expect(cells[1]?.slice(1, 7)).toEqual(['projection', 'topic', 'partition', 'next', 'first', 'end']);
  const shown = cells.filter(([, projection]) => projection === 'p').map((line) => line.slice(3, 7));
  expect(shown.sort()).toEqual([
    ['0', '2', '4', '6'],
    ['1', '1', '0', '2'],
    ['2', '3', '0', '3'],
  ]);
});

test('without Kafka what was read is shown all the same', async () => {
  process.env['KAFKA_BROKERS'] = '127.0.0.1:1';
  expect(await ops('offsets show credit-scoring')).toContain('records gone');
  expect(told.join()).toContain('Kafka does not answer');
}, 60_000);

test('the start is where the records of each partition begin, with an audit', async () => {
  expect(await set('--to start')).toContain('p t/0: 2 -> 4');
  expect(await rows()).toEqual(['0: 4 - -', '1: 0 - -', '2: 0 - -']);
  expect(await targets()).toEqual([
    'offsets_set; p t/0: 2 -> 4; ticket 12',
    'offsets_set; p t/1: 1 -> 0; ticket 12',
    'offsets_set; p t/2: 3 -> 0; ticket 12',
  ]);
});

test('a stop is cleared where it stands; partitions that read on keep what they know', async () => {
  await client.query('update consumer_offset set next_offset = 5 where partition = 0');
  expect(await set('--to current')).toContain('p t/2: 3 -> 3');
  expect(await rows()).toEqual(['0: 5 - -', '1: 1 id-1 -', '2: 3 - -']);
  expect(await targets()).toEqual([
    'offsets_set; p t/0: 5 -> 5, stop cleared: records gone; ticket 12',
    'offsets_set; p t/2: 3 -> 3, stop cleared: unknown version; ticket 12',
  ]);
  await expect(set('--to current')).rejects.toThrow('No partition of t that p reads in credit-scoring is stopped.');
});

test('a number moves one partition', async () => {
  await set('--partition 0 --to 5');
  expect(await rows()).toEqual(['0: 5 - -', ...UNTOUCHED.slice(1)]);
});

test.each([
  ['--to 5', 'Partitions have their own offsets, so 5 fits one of them.'],
  ['--partition 0 --to 0', 'The broker holds offsets 4 to 6 of t/0, so 0 is no place to go on.'],
  ['--to current', 'The broker holds offsets 4 to 6 of t/0, so 2 is no place to go on.'],
  ['--partition 7 --to start', 'credit-scoring reads no such partition.'],
  ['--topic u --to start', 'credit-scoring reads no such partition.'],
])('%s is refused, and nothing changes', async (options, sentence) => {
  await expect(set(options)).rejects.toThrow(sentence);
  expect(await rows()).toEqual(UNTOUCHED);
  expect(await targets()).toEqual([]);
});
