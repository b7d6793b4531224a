import { faultHook, type FaultPoint, faultPoints } from '../../src/fault-points.ts';
import { pause } from '../../src/pauses.ts';
import { rows, trouble, until } from '../notes-service.ts';
import type { TallyStage } from './tally-service.ts';

const died = (point: FaultPoint): Error => Object.assign(new Error(`died at ${point}`), { code: '57P01' });

/** A process that dies between two steps, told by what is left behind: the step before is done, the next one never was. */
export function crashTests(stage: () => TallyStage): void {
  afterEach(() => void (faultHook.reached = undefined));

  test('a death at any step loses nothing and doubles nothing', async () => {
    const app = await stage().app({ batchEventsMax: 10 });
    const sick = new Set<string>();
    trouble.before = async (events) => {
      if (events.some((event) => sick.has(event.id))) throw new Error('sick');
    };
    for (const point of faultPoints) {
      const met = dieOnce(point);
      const events = stage().events(36);
      sick.add(events[7]?.id ?? ''); // walks the way of set-aside events too
      const outcome = await stage()
        .commit(app, events)
        .then(
          () => 'committed',
          () => 'unknown',
        );
      if (outcome === 'unknown' && point === 'effects.handled') await stage().commit(app, events);
      await until(() => outcomeOf(point, met(), sick), `death at ${point}`, 20_000);
      sick.clear();
      await pause(20);
    }
    await until(async () => (await open()) === 0, 'set-aside events handled', 20_000);
    await until(
      async () => (await rows(app, 'select 1 from seen', [], ['1', '2', '3'])).length === total(),
      'all seen',
    );
    await stage().eachRecordOnce(app);
    await app.close();

    async function open(): Promise<number> {
      return (await rows(app, `select 1 from dead_letter where state <> 'done'`)).length;
    }
    function total(): number {
      return faultPoints.length * 36;
    }
  });
}

/** A retry is met only once its event is well again. */
function outcomeOf(point: FaultPoint, met: boolean, sick: Set<string>): boolean {
  if (point.startsWith('retry.') && !met) sick.clear();
  return met;
}

/** @returns whether it happened */
function dieOnce(point: FaultPoint): () => boolean {
  let met = false;
  faultHook.reached = (reached) => {
    if (met || reached !== point) return;
    met = true;
    throw died(point);
  };
  return () => met;
}
