import { companyKey, create, type Event, outgoing, ReadingStateSchema, topicDefs } from '@cashloop/events';
import { connect, createDataSource, TransactionRunner } from '@cashloop/persistence';
import { testDatabase } from '@cashloop/testkit';
import { PartitionReader } from '../src/consumer/partition-reader.ts';
import { batchOf, controlLog, record } from './fabricated-batches.ts';
import { migrations, orgEvent, quiet } from './notes-service.ts';

const trace = (digit: string): string => `00-${digit.repeat(32)}-${'a'.repeat(16)}-01`;

/** Answers each event under its key, and the batch under a key of its own. */
async function answers(events: readonly Event[]): Promise<ReturnType<typeof outgoing>[]> {
  const keys = [...events.map((event) => event.key), companyKey('1', 'notes', 'all')];
  return keys.map((key, i) => {
    const state = create(ReadingStateSchema, { system: 'notes', company: String(i), version: 1 });
    return outgoing(topicDefs.sync, 'reading_completed', state, {
      orgId: '1',
      key,
      subject: `${i}`,
      time: new Date(0),
    });
  });
}

test('what a batch puts out goes on with the trace of the event that caused it', async () => {
  const database = await testDatabase({ migrations });
  const dataSource = await connect(createDataSource({ url: database.url, migrations }), 5_000);
  const runner = new TransactionRunner(dataSource);
  const tools = { runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => undefined };
  const place = { projection: 'p', topic: topicDefs.org.name, partition: 0 };
  const subscription = { kind: 'events' as const, projection: 'p', topic: topicDefs.org };
  const call = (...args: unknown[]): Promise<unknown> => answers(args[0] as Event[]);
  const reader = new PartitionReader(tools, place, { name: 'test', subscription, call }, 100);
  const orgs = ['1', '2', '3', '1', '2', '1'];
  const incoming = [trace('1'), trace('2'), undefined, trace('3'), undefined, 'garbage'].map((traceparent, i) => {
    const event = orgEvent(orgs[i]!, i + 1);
    const plain = record(BigInt(i), event);
    return traceparent === undefined ? plain : { ...plain, headers: { ...plain.headers, traceparent } };
  });
  await reader.take(batchOf(incoming), controlLog());

  const rows = await runner.run(['1'], (tx) =>
    tx.query<{ key: string; traceparent: string }>(`select key, headers->>'traceparent' as traceparent from outbox`),
  );
  expect(rows).toEqual([
    { key: '1', traceparent: trace('3') }, // several events of one key: the newest that has a trace
    { key: '2', traceparent: trace('2') },
    { key: '3', traceparent: trace('1') }, // without a trace of its own: that of the batch
    { key: '1', traceparent: trace('3') },
    { key: '2', traceparent: trace('2') },
    { key: '1', traceparent: trace('3') },
    { key: companyKey('1', 'notes', 'all'), traceparent: trace('1') },
  ]);
  await dataSource.destroy();
  await database.close();
}, 30_000);
