import { jest } from '@jest/globals';
import { Effects, MessagingHealth } from '../../src/index.ts';
import { FaultyBroker, type Faults, Seeded } from '../../src/memory/index.ts';
import { pause } from '../../src/pauses.ts';
import { rows, until } from '../notes-service.ts';
import { orgs, type TallyStage } from './tally-service.ts';

const delivery: Omit<Faults, 'seed'> = { otherBorders: 0.4, again: 0.3, gap: 0.3, slowMs: 5 };
const sending: Omit<Faults, 'seed'> = { lostAck: 0.15, lostSend: 0.15, halfSend: 0.15, slowMs: 10 };
const HOUR_MS = 3_600_000;
const JUMPS_MS = [0.8, -0.8, 2, -24].map((hours) => hours * HOUR_MS);

/** How the broker cuts its batches is its own affair: tests go on until each fault has struck, but no longer than this. */
const ROUNDS_MAX = 40;

/** What the way to the broker and back may do to records. */
export function deliveryTests(stage: () => TallyStage): void {
  test.each([1, 2, 3])(
    'other borders, repeated batches, gaps, a slow broker: each record once (seed %i)',
    async (seed) => {
      const broker = new FaultyBroker(stage().stage.client(), { seed, ...delivery });
      const app = await stage().app({ broker, batchEventsMax: 40, partitionsAtOnce: 8 });
      await untilStruck(broker, ['otherBorders', 'again', 'gap'], async () => {
        for (let i = 0; i < 12; i += 1) await stage().commit(app, stage().events(30));
        await stage().settles(app);
      });
      await stage().eachRecordOnce(app);
      expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
      await app.close();
    },
  );

  test('lost and half sends, lost acknowledgements, clients that give up: each effect once', async () => {
    const broker = new FaultyBroker(stage().stage.client(), { seed: 4, ...sending, crash: 0.03 });
    const app = await stage().app({ broker, batchEventsMax: 40 });
    await untilStruck(broker, ['lostAck', 'lostSend', 'halfSend', 'crash'], async () => {
      for (let i = 0; i < 25; i += 1) {
        await stage().commit(app, stage().events(12));
        await pause(20);
      }
      await pause(300);
    });
    broker.on = false;
    await stage().settles(app);
    await stage().eachRecordOnce(app);
    await app.close();
  });

  test('a broker slower than the session, with a batch and with a send: each record once', async () => {
    const broker = new FaultyBroker(stage().stage.client(), { seed: 6 });
    const app = await stage().app({ broker });
    const beside = await stage().app();
    const stallMs = stage().stage.sessionMs + 4_000;
    const commit = (count: number): Promise<void> => stage().commit(app, stage().events(count));
    const stalled = (what: 'batch' | 'send'): Promise<void> => {
      broker.stallNext(what, stallMs);
      const struck = async (): Promise<boolean> => (await commit(12), broker.struck[`${what}Stalled`] === 1);
      return until(struck, `a ${what} that waits`, 20_000);
    };
    await stalled('batch');
    const before = await stage().effects(app);
    await until(async () => (await commit(12), (await stage().effects(app)) > before + 36), 'others went on', stallMs);
    await stage().stage.expelOne?.('tally.tally'); // its heartbeats were as slow
    await stalled('send');
    await stage().settles(app);
    await stage().eachRecordOnce(app);
    expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
    for (const one of [app, beside]) expect(one.get(MessagingHealth).state().stoppedPartitions).toEqual([]);
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

async function untilStruck(
  { struck }: FaultyBroker,
  faults: readonly (keyof Faults)[],
  round: () => Promise<void>,
): Promise<void> {
  let rounds = 0;
  do await round();
  while (faults.some((fault) => struck[fault] === undefined) && (rounds += 1) < ROUNDS_MAX);
  expect(faults.filter((fault) => struck[fault] === undefined)).toEqual([]);
}
