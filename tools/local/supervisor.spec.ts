import { join } from 'node:path';
import { isAlive } from './identity.ts';
import { readRun, stopGroups } from './run-state.ts';
import { pauseMs, Supervisor } from './supervisor.ts';
import type { PartPlan } from './supervisor.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { until } from './waiting.ts';

const plan = (folder: string, script: string, more: Partial<PartPlan> = {}): PartPlan => ({
  name: 'credit-scoring',
  port: 1,
  url: '',
  limitMs: 5_000,
  command: async () => ({
    command: process.execPath,
    args: ['-e', script],
    cwd: folder,
    env: {},
    log: join(folder, 'part.log'),
  }),
  ready: async () => true,
  ...more,
});

describe('supervisor', () => {
  test('pauses grow and end at half a minute', () => {
    expect([0, 1, 2, 5, 50].map(pauseMs)).toEqual([1_000, 2_000, 4_000, 30_000, 30_000]);
  });

  test('services stop before Kafka, Kafka before Postgres', () => {
    const names = ['postgres', 'kafka', 'gateway', 'redis', 'sandbox'].map((name) => ({ name }));
    expect(stopGroups(names).map((group) => group.map((part) => part.name))).toEqual([
      ['gateway', 'sandbox'],
      ['redis'],
      ['kafka'],
      ['postgres'],
    ]);
  });

  test('a part that dies is started again, and stopping leaves nothing', async () => {
    await inTemporaryFolder(async (folder) => {
      const said: string[] = [];
      const supervisor = new Supervisor(folder, 1, (text) => said.push(text));
      await supervisor.start(plan(folder, 'setInterval(() => {}, 1000)'));
      const part = () => readRun(folder)?.parts[0];
      const first = part()?.identity;
      expect(part()?.state).toBe('ready');
      process.kill(first?.pid ?? 0, 'SIGKILL');
      await until(async () => part()?.state === 'ready' && part()?.restarts === 1, { limitMs: 10_000 });
      expect(said.join('\n')).toContain('it was ended by SIGKILL; starting it again in 1 s');
      const second = part()?.identity;
      expect(second?.pid).not.toBe(first?.pid);
      await supervisor.stop();
      expect(second && isAlive(second)).toBe(false);
      expect(part()?.state).toBe('stopped');
    });
  }, 20_000);

  test('a part that does not come up ends the start with its last words', async () => {
    await inTemporaryFolder(async (folder) => {
      const supervisor = new Supervisor(folder, 1, () => undefined);
      const broken = plan(folder, 'console.log("no such table"); process.exit(3)', { ready: async () => false });
      await expect(supervisor.start(broken)).rejects.toThrow(
        /credit-scoring did not start: it ended with status 3[^]*no such table/,
      );
      await supervisor.stop();
    });
  });

  test('a part that can be done without does not', async () => {
    await inTemporaryFolder(async (folder) => {
      const said: string[] = [];
      const supervisor = new Supervisor(folder, 1, (text) => said.push(text));
      await supervisor.start(
        plan(folder, 'process.exit(1)', { ready: async () => false, lost: 'slower, never wrong' }),
      );
      expect(said.join('\n')).toContain('slower, never wrong');
      expect(readRun(folder)?.parts[0]).toMatchObject({ state: 'degraded', note: 'slower, never wrong' });
      await supervisor.stop();
    });
  });
});
