import type { INestApplication } from '@nestjs/common';
import { isPassing } from '../../src/faults.ts';
import { pause } from '../../src/pauses.ts';
import { rows, trouble } from '../notes-service.ts';
import { doorTo } from './door.ts';
import type { TallyStage } from './tally-service.ts';

/** Connections that a process of the service has at most. */
const POOL = 10;

/** What may happen to Postgres while all goes on. */
export function databaseTests(stage: () => TallyStage): void {
  test('connections cut again and again, as by a restart of Postgres: each record once', async () => {
    const app = await stage().app();
    for (let i = 0; i < 12; i += 1) {
      await stage().commit(app, stage().events(24));
      if (i % 4 === 1) await cutConnections(stage(), app);
      await pause(20);
    }
    await stage().settles(app);
    await stage().eachRecordOnce(app);
    await app.close();
  });

  test('Postgres that is away for a moment is waited for: each record once', async () => {
    const door = await doorTo(stage().database.url);
    const app = await stage().app({ url: door.url });
    for (let i = 0; i < 3; i += 1) {
      await stage().commit(app, stage().events(36));
      const [faults] = await Promise.all([faultsOf(() => stage().commit(app, [])), door.shut(700)]);
      expect(faults.filter((fault) => !isPassing(fault))).toEqual([]);
      expect(faults).not.toEqual([]);
    }
    await stage().commit(app, stage().events(36));
    await stage().settles(app);
    await stage().eachRecordOnce(app);
    expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
    await app.close();
    await door.close();
  });

  test('a full disk is waited out, and nothing is parked for it', async () => {
    const app = await stage().app();
    let failures = 4;
    trouble.before = async (_, { tx }) => {
      if (failures-- > 0) await tx.query(`do $$ begin raise exception 'no space left' using errcode = '53100'; end $$`);
    };
    await stage().commit(app, stage().events(12));
    await stage().settles(app);
    await stage().eachRecordOnce(app);
    expect(failures).toBeLessThan(0);
    expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
    await app.close();
  });
}

/** What it fails with for half a second. */
async function faultsOf(work: () => Promise<void>): Promise<unknown[]> {
  const faults: unknown[] = [];
  for (let i = 0; i < 10; i += 1) {
    await pause(50);
    await work().catch((error: unknown) => faults.push(error));
  }
  return faults;
}

/**
 * Ends all sessions of the service, as Postgres does when it restarts. What was cut while it was idle fails here and not
 * in the next commit, of which the test would not know whether it happened.
 */
async function cutConnections(stage: TallyStage, app: INestApplication): Promise<void> {
  await stage.asAdmin(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await Promise.allSettled(Array.from({ length: POOL }, () => rows(app, 'select 1')));
}
