import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { FaultPoint } from '../../src/fault-points.ts';
import { rows, until } from '../notes-service.ts';
import { kafkaStage } from './broker-stage.ts';
import { TallyStage } from './tally-service.ts';

jest.setTimeout(90_000);

/** Real processes on Kafka that end or stop at a step, with another one beside them that goes on. */
describe('a process', () => {
  let stage: TallyStage;
  let child: ChildProcess;

  beforeEach(async () => void (stage = await TallyStage.open(kafkaStage)));
  afterEach(async () => {
    child.kill('SIGKILL');
    await stage.close();
  });

  async function startChild(point: FaultPoint, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
    const { prefix = '', brokers = '' } = stage.stage.address ?? {};
    const hooks = join(import.meta.dirname, '../swc-hooks.mjs');
    const flags = ['--conditions=@cashloop/source', '--disable-warning=ExperimentalWarning', '--import', hooks];
    const program = join(import.meta.dirname, 'tally-process.ts');
    const args = [...flags, program, stage.database.url, prefix, brokers, point, signal];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', () => reject(new Error('the process ended before it was ready')));
    });
  }

  test.each(['batch.locked', 'batch.handled', 'batch.committed', 'relay.taken', 'relay.sent'] as const)(
    'killed at %s loses nothing and doubles nothing',
    async (point) => {
      await startChild(point, 'SIGKILL'); // it leads and reads all partitions
      const died = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      const app = await stage.app();
      for (let i = 0; i < 5; i += 1) await stage.commit(app, stage.events(24));
      expect(await died).toBe('SIGKILL');
      await stage.settles(app);
      await app.close();
    },
  );

  test('stopped while it holds locks: the other one goes on within seconds, and it changes nothing when it wakes up', async () => {
    await startChild('batch.handled', 'SIGSTOP');
    const app = await stage.app();
    for (let i = 0; i < 5; i += 1) await stage.commit(app, stage.events(24));
    const started = Date.now();
    await until(async () => (await stage.effects(app)) === 120, 'all handled by the other one', 40_000);
    expect(Date.now() - started).toBeLessThan(30_000);
    child.kill('SIGCONT');
    await stage.commit(app, stage.events(24));
    await stage.settles(app);
    expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
    await app.close();
  });
});
