import { Effects } from '../../src/index.ts';
import { FaultyBroker, type Faults, Seeded } from '../../src/memory/index.ts';
import { pause } from '../../src/pauses.ts';
import { rows, trouble } from '../notes-service.ts';
import { orgs, type TallyStage } from './tally-service.ts';

const delivery: Omit<Faults, 'seed'> = { otherBorders: 0.4, again: 0.3, gap: 0.3, slowMs: 5 };
const sending: Omit<Faults, 'seed'> = { lostAck: 0.15, lostSend: 0.15, halfSend: 0.15, slowMs: 10 };

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

  test('a clock that jumps changes no effect', async () => {
    const random = new Seeded(5);
    const app = await stage().app({ clock: () => new Date(random.below(2) * 4_000_000_000_000) });
    await stage().commit(app, stage().events(60));
    await stage().settles(app);
    await app.close();
  });

  test('connections cut again and again, as by a restart of Postgres: each record once', async () => {
    const app = await stage().app();
    for (let i = 0; i < 12; i += 1) {
      const events = stage().events(24);
      await rows(app, 'select 1'); // a connection that was cut while idle is noticed here, not by the commit
      await stage().commit(app, events);
      if (i % 4 === 1) await cutConnections(stage());
      await pause(20);
    }
    await stage().settles(app);
    await stage().eachRecordOnce(app);
    await app.close();
  });

  test('a full disk is waited out, and nothing is parked for it', async () => {
    const app = await stage().app();
    let failures = 4;
    trouble.before = async (_, { tx }) => {
      if (failures-- > 0) await tx.query(`do $$ begin raise exception 'no space left' using errcode = '53100'; end $$`);
    };
    await stage().commit(app, stage().events(12));
    await stage().settles(app);
    expect(failures).toBeLessThan(0);
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

/** Ends all sessions of the service, as Postgres does when it restarts. */
async function cutConnections(stage: TallyStage): Promise<void> {
  const { default: pg } = await import('pg');
  const admin = new pg.Client({ connectionString: stage.database.adminUrl });
  await admin.connect();
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await admin.end();
}
