import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { type Broker, MessagingHealth } from '../../src/index.ts';
import { pause } from '../../src/pauses.ts';
import { rows, trouble, until } from '../notes-service.ts';
import type { TallyStage } from './tally-service.ts';

/** So often at least are the partitions dealt anew, and so often does each guest come, while the load goes on. */
const REBALANCES = 10;
const VISITS_MIN = 2;

/** Several processes of one service. */
export function memberTests(stage: () => TallyStage): void {
  test('a handler slower than the session does its work once', async () => {
    const app = await stage().app();
    let batches = 0;
    trouble.before = async (_, { tx }) => {
      batches += 1;
      await tx.query('select pg_sleep($1)', [(stage().stage.sessionMs + 1_500) / 1_000]);
    };
    await stage().commit(app, stage().events(1));
    await stage().settles(app);
    expect(batches).toBe(1);
    await app.close();
  });

  test('members come, go and are expelled all the time while work goes on: each record once', async () => {
    const { broker, rebalances } = countingRebalances(stage().stage.client());
    const stays = await stage().app({ broker });
    trouble.before = async () => pause(3);
    const visits = async (): Promise<void> => {
      for (let i = 0; i < VISITS_MIN || rebalances() < REBALANCES; i += 1) await visit(stage(), stays);
    };
    let over = false;
    const guests = Promise.all([visits(), visits()]).finally(() => (over = true));
    guests.catch(() => undefined); // it is awaited below
    for (let i = 0; !over; i += 1) {
      await stage().commit(stays, stage().events(12));
      if (i % 7 === 0) await stage().stage.expelOne?.('tally.tally');
      await pause(40);
    }
    await guests;
    await stage().settles(stays);
    await stage().eachRecordOnce(stays);
    expect(await rows(stays, 'select 1 from dead_letter')).toEqual([]);
    await stays.close();
  }, 240_000);

  test('a member whose clock is set back stays one: it hears of another one and shares the partitions', async () => {
    const one = await stage().app();
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
    try {
      const two = await stage().app();
      const shares = (): (number | undefined)[] =>
        [one, two].map((app) => app.get(MessagingHealth).state().projections[0]?.partitions);
      await until(() => shares().every((n) => n === 4), 'four partitions each', 30_000);
      await stage().commit(one, stage().events(120));
      await stage().settles(two);
      await stage().eachRecordOnce(two);
    } finally {
      jest.restoreAllMocks();
    }
  });

  test('two members share the partitions of a topic', async () => {
    const [one, two] = [await stage().app(), await stage().app()];
    await stage().commit(one, stage().events(120));
    await stage().settles(two);
    await until(async () => (await rows(one, 'select 1 from consumer_offset')).length === 8, 'all partitions read');
    await stage().eachRecordOnce(one);
    await two.close();
    await one.close();
  });
}

/** One comes, is a guest once it has a share, and goes. Work goes on while it stays. */
async function visit(stage: TallyStage, stays: INestApplication): Promise<void> {
  const guest = await stage.app();
  const share = (): number => guest.get(MessagingHealth).state().projections[0]?.partitions ?? 0;
  await until(() => share() > 0, 'the guest has partitions', 30_000);
  const before = await stage.effects(stays);
  await pause(200);
  await until(async () => (await stage.effects(stays)) > before, 'events handled during its stay', 15_000);
  await guest.close();
}

/** As the member sees them: each deals it its partitions anew. */
function countingRebalances(inner: Broker): { broker: Broker; rebalances: () => number } {
  let count = 0;
  const consumer: Broker['consumer'] = (spec) =>
    inner.consumer({ ...spec, onAssigned: (partitions) => (spec.onAssigned(partitions), void (count += 1)) });
  return { broker: { ...inner, consumer }, rebalances: () => count };
}
