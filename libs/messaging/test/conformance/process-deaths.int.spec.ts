import { jest } from '@jest/globals';
import { topicDefs } from '@cashloop/events';
import { rows } from '../notes-service.ts';
import { kafkaStage, recordsOf } from './broker-stage.ts';
import { type TallyChild, tallyChild } from './tally-child.ts';
import { TallyStage } from './tally-service.ts';

jest.setTimeout(90_000);

/** Real processes on Kafka that end at a step, with another one beside them that goes on. */
describe('a process', () => {
  let stage: TallyStage;
  let child: TallyChild;

  beforeEach(async () => void (stage = await TallyStage.open(() => kafkaStage())));
  afterEach(async () => {
    child.process.kill('SIGKILL');
    await stage.close();
  });

  test.each([
    'batch.locked',
    'batch.handled',
    'batch.committed',
    'relay.taken',
    'relay.sent',
    'relay.deleted',
  ] as const)('killed at %s loses nothing and doubles nothing', async (point) => {
    child = await tallyChild(stage, point, 'SIGKILL'); // it leads and reads all partitions
    const died = signalOf(child);
    const app = await stage.app();
    for (let i = 0; i < 5; i += 1) await stage.commit(app, stage.events(24));
    expect(await died).toBe('SIGKILL');
    await stage.settles(app);
    await stage.eachRecordOnce(app);
    await app.close();
  });
});

/** What a process leaves behind of the events it committed, one of which it was sick of. */
const alone = [
  { point: 'effects.handled', all: 'nowhere', aside: 0 },
  { point: 'effects.committed', all: 'committed', aside: 0 },
  { point: 'aside.stored', all: 'committed', aside: 0 },
  { point: 'aside.committed', all: 'committed', aside: 1 },
  { point: 'retry.handled', all: 'committed', aside: 1 },
] as const;

/** All at once: each waits most of its time, for the group to notice the death. */
test('processes killed at any other step while they were alone: the next one goes on where each was', async () => {
  const outcomes = await Promise.allSettled(alone.map(goesOnWhereItWas));
  expect(alone.map(({ point }, i) => [point, (outcomes[i] as PromiseRejectedResult).reason])).toEqual(
    alone.map(({ point }) => [point, undefined]),
  );
}, 240_000);

async function goesOnWhereItWas({ point, all, aside }: (typeof alone)[number]): Promise<void> {
  const stage = await TallyStage.open(() => kafkaStage());
  const child = await tallyChild(stage, point, 'SIGKILL');
  try {
    const died = signalOf(child);
    const events = stage.events(36);
    child.commit(events, events.at(-1));
    expect(await died).toBe('SIGKILL');
    const app = await stage.app();
    const letters = (): Promise<{ state: string }[]> => rows(app, 'select state from dead_letter');
    expect(await letters()).toHaveLength(aside);
    if (all === 'nowhere') {
      expect(await recordsOf(stage.stage, topicDefs.customer.name)).toEqual([]);
      await stage.commit(app, events);
    }
    await stage.settles(app, 90_000);
    await stage.commit(app, stage.events(24));
    await stage.settles(app);
    await stage.eachRecordOnce(app);
    expect((await letters()).filter(({ state }) => state !== 'done')).toEqual([]);
  } finally {
    child.process.kill('SIGKILL');
    await stage.close();
  }
}

const signalOf = ({ process }: TallyChild): Promise<unknown> =>
  new Promise((resolve) => process.once('exit', (_, signal) => resolve(signal)));
