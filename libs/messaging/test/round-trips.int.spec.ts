import { Socket } from 'node:net';
import { jest } from '@jest/globals';
import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { type HandlerContext } from '../src/index.ts';
import { PartitionReader } from '../src/consumer/partition-reader.ts';
import { batchOf, controlLog, records } from './fabricated-batches.ts';
import { orgEvent, quiet, recordSeen } from './notes-service.ts';
import { ReaderStage } from './reader-stage.ts';

type Events = Parameters<typeof recordSeen>[0];

const stage = new ReaderStage();

/** One statement of its own, and as many events out as came in. */
async function handle(...args: unknown[]): Promise<unknown> {
  const [events, ctx] = args as [Events, HandlerContext];
  await recordSeen(events, ctx);
  return events.map((_, i) => orgEvent('1', i + 1));
}

const reader = (): PartitionReader =>
  new PartitionReader(
    { runner: stage.runner, source: 'notes', clock: () => new Date(0), log: quiet, published: () => undefined },
    { projection: 'p', topic: 'cashloop.org.v1', partition: 0 },
    { name: 'test', subscription: { kind: 'events', projection: 'p', topic: topicDefs.org }, call: handle },
    2_000,
  );

/**
 * What goes to Postgres meanwhile: the statements, and how often it is waited for. A write after an answer (or the first one)
 * begins a round trip; what is written before the next answer travels with it.
 */
async function sent(work: () => Promise<void>): Promise<{ statements: string[]; roundTrips: number }> {
  let roundTrips = 0;
  const answered = new WeakMap<Socket, boolean>();
  const write = Socket.prototype.write as (...args: unknown[]) => boolean;
  const queries = jest.spyOn(pg.Client.prototype, 'query');
  const writes = jest.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...args: unknown[]) {
    if (this.remotePort === undefined) return write.apply(this, args); // the terminal, or a pipe
    if (!answered.has(this)) this.prependListener('data', () => answered.set(this, true)); // before pg answers an answer
    if (answered.get(this) !== false) roundTrips += 1;
    answered.set(this, false);
    return write.apply(this, args);
  });
  try {
    await work();
    const statements = queries.mock.calls.map(([one]) => {
      const { name, text } = one as unknown as { name?: string; text?: string };
      return name ?? text ?? String(one);
    });
    return { statements, roundTrips };
  } finally {
    writes.mockRestore();
    queries.mockRestore();
  }
}

/** Two of the reader's own, begin with orgs and lock, and outbox with offset and commit; one is the handler's. */
test('a batch waits for Postgres three times, its handler included, whether it holds 1 event or 500', async () => {
  const one = reader();
  await one.take(batchOf(records(0, 1)), controlLog()); // reads its offset row, connects
  const small = await sent(() => one.take(batchOf(records(1, 1)), controlLog()));
  const large = await sent(() => one.take(batchOf(records(2, 500)), controlLog()));
  expect(await stage.next()).toBe('502');
  expect(await stage.query('select count(*)::int as n from outbox')).toEqual([{ n: 502 }]);
  expect([small.roundTrips, large.roundTrips]).toEqual([3, 3]);
  expect(large.statements).toEqual(small.statements);
  expect(small.statements).toEqual([
    expect.stringMatching(/^begin; select set_config\('cashloop\.orgs', .*; select next_offset .* for update$/),
    expect.stringMatching(/^insert into seen/),
    'offset_advance_and_publish',
    'commit',
  ]);
});
