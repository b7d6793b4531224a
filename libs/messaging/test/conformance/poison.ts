import type { INestApplication } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import { MessagingHealth } from '../../src/index.ts';
import { rows, trouble, until } from '../notes-service.ts';
import type { TallyStage } from './tally-service.ts';

/** Events that cannot be handled, and handlers that cannot handle any. */
export function poisonTests(stage: () => TallyStage): void {
  const letters = (app: INestApplication): Promise<{ state: string; error_code: string; attempts: number }[]> =>
    rows(app, 'select state, error_code, attempts from dead_letter order by id');
  const poisoned = (id: string | undefined, error: () => Promise<unknown> | never): void => {
    trouble.before = async (events) => void (events.some((event) => event.id === id) && (await error()));
  };

  test('undecodable bytes are parked at once, all others go through', async () => {
    const app = await stage().app();
    const producer = await stage().stage.client().producer();
    const [model] = stage().events(12);
    const broken = { ...model, headers: { ...model?.headers, ce_source: 'test' }, value: '{"customer_id": ' };
    stage().versions.clear();
    await producer.send([broken as never]);
    await producer.close();
    await stage().commit(app, stage().events(240));
    await stage().settles(app);
    await until(async () => (await letters(app)).length === 1, 'the broken record parked');
    expect(await letters(app)).toEqual([{ state: 'parked', error_code: 'event.undecodable', attempts: 0 }]);
    await stage().eachRecordOnce(app, undefined, [String(model?.id)]);
    await app.close();
  });

  test('one event whose handler always throws is parked after three tries; the later ones of its key go on', async () => {
    const app = await stage().app();
    const events = stage().events(240);
    poisoned(events[12]?.id, () => Promise.reject(Object.assign(new Error('cannot'), { code: 'tally.cannot' })));
    await stage().commit(app, events);
    await until(async () => (await stage().effects(app)) === 239, 'all others handled');
    await until(async () => (await letters(app))[0]?.state === 'parked', 'the bad one parked', 20_000);
    expect(await letters(app)).toEqual([{ state: 'parked', error_code: 'tally.cannot', attempts: 3 }]);
    await stage().eachRecordOnce(app, undefined, [String(events[12]?.id)]);
    expect((await stage().answers()).size).toBe(239);
    await app.close();
  });

  test('a handler that throws every third time loses nothing', async () => {
    const app = await stage().app();
    let calls = 0;
    trouble.before = async () => {
      if ((calls += 1) % 3 === 0) throw new Error('every third time');
    };
    for (let i = 0; i < 6; i += 1) await stage().commit(app, stage().events(36));
    await until(async () => (await rows(app, 'select 1 from seen', [], ['1', '2', '3'])).length === 216, 'all seen');
    expect((await letters(app)).filter(({ state }) => state !== 'done')).toEqual([]);
    await stage().eachRecordOnce(app);
    await app.close();
  });

  test('a missing column stops the partitions; once it is there nothing was lost', async () => {
    const app = await stage().app();
    trouble.before = async (_, { tx }) => void (await tx.query('select missing_column from tally'));
    const health = (): ReturnType<MessagingHealth['state']> => app.get(MessagingHealth).state();
    await stage().commit(app, stage().events(1_200));
    await until(() => health().stoppedPartitions.length > 0, 'a partition stopped');
    await until(() => health().stoppedPartitions.every(({ reason }) => reason.includes('broken program')), 'why');
    expect(await stage().effects(app)).toBe(0);
    await until(() => allStopped(stage(), app), 'all partitions stopped');
    trouble.before = async () => undefined;
    // What `ops -- offsets set` and `ops -- dead-letters retry` do.
    await rows(
      app,
      `update dead_letter set state = 'retrying', attempts = 0, next_attempt_at = now() where state <> 'done'`,
    );
    await rows(app, 'update consumer_offset set stopped_reason = null, stopped_at = null');
    await until(async () => (await rows(app, 'select 1 from seen', [], ['1', '2', '3'])).length === 1_200, 'all seen');
    await stage().eachRecordOnce(app);
    await app.close();
  });

  test('a topic that was deleted and made again with more records stops its partitions until an operator decides', async () => {
    const first = await stage().app();
    await stage().commit(first, stage().events(24));
    await stage().settles(first);
    await first.close();
    await stage().stage.deleteTopic(topicDefs.customer.name);
    const again = await stage().app();
    await stage().commit(again, stage().events(120));
    const health = again.get(MessagingHealth);
    await until(() => health.state().stoppedPartitions.length > 0, 'a partition stopped');
    await until(async () => (await rows(again, 'select 1 from outbox')).length === 0, 'all records on the topic');
    await until(() => allStopped(stage(), again), 'all partitions stopped');
    expect(health.state().stoppedPartitions[0]?.reason).toMatch(/another record|no longer on the broker|made again/);
    expect(await stage().effects(again)).toBe(24);
    await rows(again, 'update consumer_offset set next_offset = 0, last_id = null, stopped_reason = null');
    await stage().settles(again);
    await again.close();
  });
}

/** Whether every partition that holds records has stopped. */
async function allStopped(stage: TallyStage, app: INestApplication): Promise<boolean> {
  const offsets = await stage.stage.client().offsets(topicDefs.customer.name);
  const filled = offsets.filter(({ end }) => end > 0n).length;
  const [row] = await rows<{ n: string }>(app, 'select count(stopped_reason) n from consumer_offset');
  return Number(row?.n) === filled;
}
