import { create, OrgStateSchema, outgoing, topicDefs } from '@cashloop/events';
import { Lane } from '../src/replay/lane.ts';
import { nextWindow, WINDOW_MS } from '../src/replay/windows.ts';
import type { RawRecord } from '../src/raw-record.ts';
import { quiet } from './notes-service.ts';

const topic = topicDefs.org;
const handler = { subscription: { kind: 'events', projection: 'p', topic }, name: 'h', call: async () => [] } as const;
const tools = { runner: {} as never, source: 's', clock: () => new Date(0), published: () => undefined, log: quiet };

function record(offset: number, timestamp: number, partition = 0): RawRecord {
  const state = create(OrgStateSchema, { orgId: '1', version: 1, name: 'x', timeZone: 'UTC', baseCurrency: 'USD' });
  const event = outgoing(topic, 'org_upserted', state, { orgId: '1', key: '1', subject: 'org/1', time: new Date(0) });
  const headers = Object.fromEntries(
    Object.entries({ ...event.headers, ce_source: 'test' }).map(([name, value]) => [name, Buffer.from(value)]),
  );
  const key = Buffer.from('1');
  const value = Buffer.from(event.value);
  return { topic: topic.name, partition, offset: BigInt(offset), key, value, headers, headerList: [], timestamp };
}

function lane(partition: number, target: number, wanted: (record: RawRecord) => boolean = () => true): Lane {
  const made = new Lane(tools, { projection: 'p', topic: topic.name, partition }, handler, wanted, {
    next: 0n,
    lastId: null,
  });
  made.target = BigInt(target);
  return made;
}

const offsetsOf = (window: ReturnType<typeof nextWindow>): unknown =>
  typeof window === 'string'
    ? window
    : window.slices.map(({ lane, slice }) => [
        lane.place.partition,
        slice.items.map((item) => Number(item.record.offset)),
      ]);

test('records of one second go together, across partitions, and see the latest of their times', () => {
  const [one, other] = [lane(0, 3), lane(1, 2)];
  one.accept([record(0, 1_000), record(1, 1_500), record(2, 9_000)]);
  other.accept([record(0, 1_900, 1), record(1, 2_000, 1)]);
  const window = nextWindow([one, other], 100);
  expect(offsetsOf(window)).toEqual([
    [0, [0, 1]],
    [1, [0]],
  ]);
  expect(window).toMatchObject({ now: 1_900 });
  one.next = 2n;
  other.next = 1n;
  expect(nextWindow([one, other], 100)).toMatchObject({ now: 2_000 });
  expect(WINDOW_MS).toBe(1_000);
});

test('nothing is handled while an earlier record of another partition may be on its way', () => {
  const [one, other] = [lane(0, 1), lane(1, 1)];
  one.accept([record(0, 1_000)]);
  expect(nextWindow([one, other], 100)).toBe('starved');
  other.accept([record(0, 500, 1)]);
  expect(offsetsOf(nextWindow([one, other], 100))).toEqual([
    [0, [0]],
    [1, [0]],
  ]);
});

test('a window waits for all its records, unless a slice is full', () => {
  const one = lane(0, 10);
  one.accept([record(0, 1_000), record(1, 1_100)]);
  expect(nextWindow([one], 100)).toBe('starved');
  expect(offsetsOf(nextWindow([one], 2))).toEqual([[0, [0, 1]]]);
});

test('records nobody wants cost no slice each, and the offset goes behind them', () => {
  const one = lane(0, 4, ({ offset }) => offset === 1n);
  one.accept([record(0, 1_000), record(1, 1_000), record(2, 1_000), record(3, 1_000)]);
  const window = nextWindow([one], 100);
  expect(offsetsOf(window)).toEqual([[0, [1, 3]]]);
  expect(typeof window === 'string' ? [] : window.slices[0]?.slice.items.map((item) => item.kind)).toEqual([
    'event',
    'unknown_type',
  ]);
});

test('what stands behind the target waits for another call', () => {
  const one = lane(0, 1);
  one.accept([record(0, 1_000), record(1, 1_000)]);
  expect(offsetsOf(nextWindow([one], 100))).toEqual([[0, [0]]]);
  one.next = 1n;
  expect(nextWindow([one], 100)).toBe('done');
  one.target = 2n;
  expect(offsetsOf(nextWindow([one], 100))).toEqual([[0, [1]]]);
});

test('a topic that was made again is noticed before anything is handled', () => {
  const again = new Lane(tools, { projection: 'p', topic: topic.name, partition: 0 }, handler, () => true, {
    next: 1n,
    lastId: 'another id',
  });
  expect(again.fetched).toBe(0n);
  expect(() => again.accept([record(0, 1_000), record(1, 1_000)])).toThrow('the topic was made again or cut');
});
