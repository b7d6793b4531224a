import { AsyncLocalStorage } from 'node:async_hooks';
import type { Broker } from '../../src/index.ts';
import { faultHook } from '../../src/fault-points.ts';
import { pause } from '../../src/pauses.ts';
import { rows, until } from '../notes-service.ts';
import { tallyChild } from './tally-child.ts';
import type { TallyStage } from './tally-service.ts';

/** A process of the service that does nothing more, its transaction open. */
interface Stopped {
  /** Resolves when it stands. */
  readonly stands: Promise<void>;
  /** It goes on where it was. */
  wake(): void;
  end(): Promise<void>;
}

/** A process that is stopped while it holds locks. */
export function stopTests(stage: () => TallyStage): void {
  test('others go on within seconds, and it changes nothing when it wakes up', async () => {
    const stopped = await stopsInBatch(stage());
    try {
      const app = await stage().app();
      for (let i = 0; i < 5; i += 1) await stage().commit(app, stage().events(24));
      await stopped.stands;
      const started = Date.now();
      await until(async () => (await stage().effects(app)) === 120, 'all handled by the other one', 40_000);
      // Half of it is Postgres, which waits ten seconds for a silent transaction.
      expect(Date.now() - started).toBeLessThan(17_000);
      stopped.wake();
      await stage().commit(app, stage().events(24));
      await stage().settles(app);
      await stage().eachRecordOnce(app);
      expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
    } finally {
      await stopped.end();
    }
  });
}

/** Where the broker can be reached from another process, that is really stopped; else a member of this one hangs. */
const stopsInBatch = (stage: TallyStage): Promise<Stopped> =>
  stage.stage.address === undefined ? hangingMember(stage) : stoppedProcess(stage);

async function stoppedProcess(stage: TallyStage): Promise<Stopped> {
  const { process: child, reached } = await tallyChild(stage, 'batch.handled', 'SIGSTOP');
  return {
    stands: reached,
    wake: () => void child.kill('SIGCONT'),
    end: async () => void child.kill('SIGKILL'),
  };
}

const SILENT_MS = 2_000;

/** Its batches come to no end; its heartbeats too: so the group expels it, and Postgres ends its silent sessions. */
async function hangingMember(stage: TallyStage): Promise<Stopped> {
  const [stands, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const itsBatch = new AsyncLocalStorage<true>();
  const inner = stage.stage.client();
  const broker: Broker = {
    ...inner,
    consumer: (spec) =>
      inner.consumer({
        ...spec,
        onBatch: (batch, control) => itsBatch.run(true, () => spec.onBatch(batch, control)),
      }),
  };
  await stage.app({ broker, idleInTransactionTimeoutMs: SILENT_MS });
  faultHook.reached = async (reached) => {
    if (reached !== 'batch.handled' || itsBatch.getStore() === undefined) return;
    stands.resolve();
    await awake.promise;
  };
  void stands.promise.then(() => pause(stage.stage.sessionMs)).then(() => stage.stage.expelOne?.('tally.tally'));
  return {
    stands: stands.promise,
    wake: awake.resolve,
    end: async () => {
      awake.resolve();
      faultHook.reached = undefined;
    },
  };
}
