import { jest } from '@jest/globals';
import { Effects } from '../../src/index.ts';
import { FaultyBroker, type Faults, Seeded } from '../../src/memory/index.ts';
import { pause } from '../../src/pauses.ts';
import { rows } from '../notes-service.ts';
import { orgs, type TallyStage } from './tally-service.ts';

const delivery: Omit<Faults, 'seed'> = { otherBorders: 0.4, again: 0.3, gap: 0.3, slowMs: 5 };
const sending: Omit<Faults, 'seed'> = { lostAck: 0.15, lostSend: 0.15, halfSend: 0.15, slowMs: 10 };
const HOUR_MS = 3_600_000;
const JUMPS_MS = [0.8, -0.8, 2, -24].map((hours) => hours * HOUR_MS);

/** What the way to the broker and back may do to records. */
export function deliveryTests(stage: () => TallyStage): void {
  test.each([1, 2, 3])(
    'other borders, repeated batches, gaps, a slow broker: each record once (seed %i)',
    async (seed) => {
      const broker = new FaultyBroker(stage().stage.client(), { seed, ...delivery });
      const app = await stage().app({ broker, batchEventsMax: 40, partitionsAtOnce: 8 });
      // How the broker cuts its batches is its own affair: go on until each fault has struck.
      const struck = (): boolean => broker.struck.otherBorders !== undefined && broker.struck.again !== undefined;
      for (let rounds = 0; rounds === 0 || (!struck() && rounds < 20); rounds += 1) {
        for (let i = 0; i < 12; i += 1) await stage().commit(app, stage().events(30));
        await stage().settles(app);
      }
      await stage().eachRecordOnce(app);
      expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
      expect(broker.struck).toMatchObject({ otherBorders: expect.any(Number), again: expect.any(Number) });
      await app.close();
    },
  );

  test('lost and half sends, lost acknowledgements, clients that give up: each effect once', async () => {
    const broker = new FaultyBroker(stage().stage.client(), { seed: 4, ...sending, crash: 0.03 });
    const app = await stage().app({ broker, batchEventsMax: 40 });
    for (let i = 0; i < 25; i += 1) {
      await stage().commit(app, stage().events(12));
      await pause(20);
    }
    await pause(300);
    broker.on = false;
    await stage().settles(app);
    await app.close();
  });

  test('clocks that jump, the one of handlers and the one of the machine, change no effect', async () => {
    const random = new Seeded(5);
    const app = await stage().app({ clock: () => new Date(random.below(2) * 4_000_000_000_000) });
    const now = Date.now.bind(Date);
    const settledAt = async (jumpMs: number): Promise<void> => {
      jest.spyOn(Date, 'now').mockImplementation(() => now() + jumpMs);
      await stage().commit(app, stage().events(36));
      // Kafka refuses what comes from more than an hour ahead: that waits for the next jump.
      if (jumpMs < HOUR_MS) await stage().settles(app);
    };
    try {
      for (const jumpMs of JUMPS_MS) await settledAt(jumpMs);
      await pause(5_000); // longer than a leader may be silent
      await settledAt(JUMPS_MS.at(-1) as number);
      await settledAt(0);
    } finally {
      jest.restoreAllMocks();
    }
    await stage().eachRecordOnce(app);
    expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
    await app.close();
  });

  test('what was rolled back is never published', async () => {
    const app = await stage().app();
    const lost = app.get(Effects).commit(orgs, async ({ tx }) => {
      await tx.query('select 1 / 0');
      return [];
    });
    await expect(lost).rejects.toThrow('division by zero');
    await stage().commit(app, stage().events(12));
    await stage().settles(app);
    await app.close();
  });
}
