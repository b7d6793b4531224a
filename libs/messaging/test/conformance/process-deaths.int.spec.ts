import { jest } from '@jest/globals';
import { kafkaStage } from './broker-stage.ts';
import { type TallyChild, tallyChild } from './tally-child.ts';
import { TallyStage } from './tally-service.ts';

jest.setTimeout(90_000);

/** Real processes on Kafka that end at a step, with another one beside them that goes on. */
describe('a process', () => {
  let stage: TallyStage;
  let child: TallyChild['process'];

  beforeEach(async () => void (stage = await TallyStage.open(kafkaStage)));
  afterEach(async () => {
    child.kill('SIGKILL');
    await stage.close();
  });

  test.each(['batch.locked', 'batch.handled', 'batch.committed', 'relay.taken', 'relay.sent'] as const)(
    'killed at %s loses nothing and doubles nothing',
    async (point) => {
      ({ process: child } = await tallyChild(stage, point, 'SIGKILL')); // it leads and reads all partitions
      const died = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      const app = await stage.app();
      for (let i = 0; i < 5; i += 1) await stage.commit(app, stage.events(24));
      expect(await died).toBe('SIGKILL');
      await stage.settles(app);
      await app.close();
    },
  );
});
