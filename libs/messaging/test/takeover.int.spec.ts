import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Effects, MessagingHealth } from '../src/index.ts';
import { orgEvent, ready, rows, stand, type Stand, until } from './notes-service.ts';

/** A leader in a process of its own, so that it can be stopped without a chance to react. */
async function leaderProcess(url: string): Promise<ChildProcess> {
  const program = join(import.meta.dirname, 'leader-process.ts');
  const flags = ['--conditions=@cashloop/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, program, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the leader process ended')));
  });
  return child;
}

jest.setTimeout(60_000); // processes start slowly where much else runs

describe('takeover', () => {
  let place: Stand;
  let app: INestApplication;
  let child: ChildProcess;

  beforeEach(async () => {
    place = await stand();
    child = await leaderProcess(place.database.url);
    app = await place.app();
    await until(() => app.get(MessagingHealth).state().relay.role === 'follower', 'the other process leads');
    await app.get(Effects).commit(['1'], async () => [orgEvent('1')]);
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await place.close();
  });

  const relayed = async (): Promise<boolean> => (await rows(app, 'select 1 from outbox')).length === 0;

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'after %s of the leader another one relays within seconds',
    async (signal) => {
      await ready(app); // a follower is ready too
      expect(await relayed()).toBe(false);
      child.kill(signal);
      const started = Date.now();
      await until(relayed, 'outbox empty', 30_000);
      expect(Date.now() - started).toBeLessThan(10_000); // some 5 s; without the server's time-outs a minute
    },
  );
});
