import { jest } from '@jest/globals';
import { topicDefs } from '@cashloop/events';
import { type FaultPoint, faultPoints } from '../../src/fault-points.ts';
import { type ClientKind, kafkajs, kafkaStage, recordsOf } from './broker-stage.ts';
import { platformatic } from './second-client/second-broker.ts';
import { type TallyChild, tallyChild } from './tally-child.ts';
import { TallyStage } from './tally-service.ts';

jest.setTimeout(240_000);

/** Steps at which a process ends beside another one, and what it leaves behind at the others, where it was alone. */
const beside = [
  'batch.locked',
  'batch.handled',
  'batch.committed',
  'relay.taken',
  'relay.sent',
  'relay.deleted',
] as const satisfies FaultPoint[];
const alone = {
  'effects.handled': { committed: false, aside: [] },
  'effects.committed': { committed: true, aside: [] },
  'aside.stored': { committed: true, aside: [] },
  'aside.committed': { committed: true, aside: ['retrying'] },
  'retry.handled': { committed: true, aside: ['retrying'] },
  'retry.committed': { committed: true, aside: ['done'] },
} as const satisfies Partial<Record<FaultPoint, object>>;
type Alone = keyof typeof alone;

test('each step is one at which a process is killed', () => {
  expect(new Set([...beside, ...Object.keys(alone)])).toEqual(new Set(faultPoints));
});

/** Real processes on Kafka that end at a step. All at once: each waits most of its time, for the group to notice a death. */
describe.each([
  ['kafkajs', kafkajs],
  ['@platformatic/kafka', platformatic],
])('processes that read by %s', (_, kind) => {
  test('killed at a step beside another one that goes on: nothing lost, nothing doubled', () =>
    atOnce(beside, (point) => goesOnBeside(kind, point)));

  test('killed at any other step while they were alone: the next one goes on where each was', () =>
    atOnce(Object.keys(alone) as Alone[], (point) => goesOnWhereItWas(kind, point)));
});

async function atOnce<P extends FaultPoint>(points: readonly P[], work: (point: P) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(points.map(work));
  const reasons = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as unknown);
  expect(points.map((point, i) => [point, reasons[i]])).toEqual(points.map((point) => [point, undefined]));
}

const goesOnBeside = (kind: ClientKind, point: FaultPoint): Promise<void> =>
  withChild(kind, point, async (stage, child) => {
    const died = signalOf(child); // it leads and reads all partitions
    const app = await stage.app();
    for (let i = 0; i < 5; i += 1) await stage.commit(app, stage.events(24));
    expect(await died).toBe('SIGKILL');
    await stage.settles(app, 90_000);
    await stage.eachRecordOnce(app);
  });

/** Its handler is sick of the last event until that one is set aside. */
const goesOnWhereItWas = (kind: ClientKind, point: Alone): Promise<void> =>
  withChild(kind, point, async (stage, child) => {
    const died = signalOf(child);
    const events = stage.events(36);
    child.commit(events, events.at(-1));
    expect(await died).toBe('SIGKILL');
    const letters = async (): Promise<string[]> =>
      (await stage.asAdmin<{ state: string }>('select state from dead_letter')).map(({ state }) => state);
    expect(await letters()).toEqual(alone[point].aside);
    const app = await stage.app();
    if (!alone[point].committed) {
      expect(await recordsOf(stage.stage, topicDefs.customer.name)).toEqual([]);
      await stage.commit(app, events);
    }
    await stage.settles(app, 90_000);
    await stage.commit(app, stage.events(24));
    await stage.settles(app, 90_000);
    await stage.eachRecordOnce(app);
    expect((await letters()).filter((state) => state !== 'done')).toEqual([]);
  });

async function withChild(
  kind: ClientKind,
  point: FaultPoint,
  work: (stage: TallyStage, child: TallyChild) => Promise<void>,
): Promise<void> {
  const stage = await TallyStage.open(() => kafkaStage(kind));
  try {
    const child = await tallyChild(stage, point, 'SIGKILL');
    await work(stage, child).finally(() => child.process.kill('SIGKILL'));
  } finally {
    await stage.close();
  }
}

const signalOf = ({ process }: TallyChild): Promise<unknown> =>
  new Promise((resolve) => process.once('exit', (_, signal) => resolve(signal)));
