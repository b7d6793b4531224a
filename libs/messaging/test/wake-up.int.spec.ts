import { jest } from '@jest/globals';
import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { connect, createDataSource, TransactionRunner } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { PartitionReader } from '../src/consumer/partition-reader.ts';
import { MemoryCluster } from '../src/memory/index.ts';
import { MessagingParts } from '../src/messaging-parts.ts';
import { Leadership, WAKE_CHANNEL } from '../src/relay/leadership.ts';
import { Relay } from '../src/relay/relay.ts';
import { Bell } from '../src/relay/wake.ts';
import { batchOf, controlLog, records } from './fabricated-batches.ts';
import { migrations, orgEvent, quiet, until } from './notes-service.ts';

jest.setTimeout(120_000);

const topic = topicDefs.org.name;
/** Longer than these tests wait for anything: nothing is relayed because a poll came round. */
const POLL_MS = 600_000;
const WAIT_MS = 30_000;

describe('the wake-up of the relay', () => {
  let database: TestDatabase;
  let cluster: MemoryCluster;
  let leadership: Leadership;
  let relay: Relay;
  let follower: MessagingParts;
  let close: () => Promise<void>;

  beforeEach(async () => {
    database = await testDatabase({ migrations });
    cluster = new MemoryCluster();
    cluster.log.create(topic, 1);
    const broker = cluster.client();
    const bell = new Bell();
    leadership = new Leadership({ url: database.url, service: 'notes', log: quiet, onWake: () => bell.ring() });
    relay = new Relay({ broker, leadership, bell, log: quiet, pollMs: POLL_MS });
    const dataSource = await connect(createDataSource({ url: database.url, migrations }), 5_000);
    close = () => dataSource.destroy();
    // Another process of the service: wired as services are, but it does not lead.
    const options = { service: 'notes', brokers: [], publishes: [], broker, logger: quiet };
    const runner = new TransactionRunner(dataSource);
    follower = new MessagingParts(options, { url: database.url, migrations }, dataSource, runner);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await relay.close();
    await leadership.close();
    await close();
    await database.close();
  });

  const commit = (version: number): Promise<void> =>
    follower.effects.commit(['1'], async () => [orgEvent('1', version)]);
  /** Reads a partition, and answers each batch with an event. */
  const answering = (): PartitionReader => {
    const subscription = { kind: 'events' as const, projection: 'p', topic: topicDefs.org };
    const handler = { name: 'test', subscription, call: async () => [orgEvent('1', 9)] };
    return new PartitionReader(follower.tools, { projection: 'p', topic, partition: 0 }, handler, 100);
  };
  const sent = (): number => cluster.log.records(topic).length;
  const client = async (): Promise<pg.Client> => {
    const made = new pg.Client({ connectionString: database.url });
    await made.connect();
    return made;
  };

  test('an event that another process committed reaches the broker without waiting for a poll', async () => {
    await commit(1); // before anybody leads: taken with the first look
    leadership.start();
    relay.start();
    await until(() => sent() === 1, 'the relay works', WAIT_MS);
    for (let version = 2; version <= 6; version += 1) {
      await commit(version);
      await until(() => sent() === version, `version ${version} on the broker`, WAIT_MS);
    }
  });

  test('is never said inside a transaction: its lock is held over the commit, and all commits would queue behind it', async () => {
    const said: { statement: string; inTransaction: boolean }[] = [];
    const open = new WeakSet<object>();
    const real = pg.Client.prototype.query as (...args: unknown[]) => unknown;
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
      const [first] = args as [string | { text: string }];
      const statement = typeof first === 'string' ? first : first.text;
      if (/^\s*(begin|start transaction)\b/i.test(statement)) open.add(this);
      if (/\b(pg_)?notify\b/i.test(statement)) said.push({ statement, inTransaction: open.has(this) });
      if (/^\s*(commit|rollback|end)\b/i.test(statement)) open.delete(this);
      return real.apply(this, args);
    } as never);

    const command = { orgId: '1', name: 'note', idempotencyKey: 'k', body: {} };
    await follower.commands.run(command, async () => ({ reply: {}, events: [orgEvent('1', 1)] }));
    await until(() => said.length >= 1, 'a command wakes', WAIT_MS);
    await commit(2);
    await until(() => said.length >= 2, 'an effect wakes', WAIT_MS);
    await answering().take(batchOf(records(0, 3)), controlLog());
    await until(() => said.length >= 3, 'a batch wakes', WAIT_MS);
    expect(said).toEqual(Array(3).fill({ statement: `notify ${WAKE_CHANNEL}`, inTransaction: false }));
  });

  test('is not said by the table either: a plain insert notifies nobody', async () => {
    const [listener, writer] = [await client(), await client()];
    const heard: string[] = [];
    listener.on('notification', ({ payload = '' }) => heard.push(payload));
    await listener.query(`listen ${WAKE_CHANNEL}`);
    await writer.query(`insert into outbox (topic, key, headers, value) values ('t', 'k', '{}', '{}')`);
    await writer.query(`notify ${WAKE_CHANNEL}, 'the end'`); // notifications come in the order of their commits
    await until(() => heard.includes('the end'), 'the end is heard', WAIT_MS);
    await Promise.all([listener.end(), writer.end()]);
    expect(heard).toEqual(['the end']);
  });
});
