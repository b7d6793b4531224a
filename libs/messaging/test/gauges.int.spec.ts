import { register } from 'prom-client';
import type { DataSource } from 'typeorm';
import { OutboxGauge } from '../src/relay/outbox-gauge.ts';
import { batchOf, controlLog, record, records } from './fabricated-batches.ts';
import { orgEvent, until } from './notes-service.ts';
import { ReaderStage } from './reader-stage.ts';
import { scraped } from './scraped.ts';

const stage = new ReaderStage();
beforeEach(() => register.resetMetrics());

describe('what waits in the database', () => {
  let gauge: OutboxGauge;
  beforeEach(() => {
    gauge = new OutboxGauge({ query: (sql: string) => stage.query(sql) } as unknown as DataSource);
  });
  afterEach(() => gauge.close());

  /** Two wait, one of them refused and the oldest of both; a third, older still, is kept back by an operator. */
  const fillOutbox = (): Promise<unknown> =>
    stage.query(`insert into outbox (topic, key, headers, value, created_at, error, parked_at) values
      ('t', 'a', '{}', '', now() - interval '100 seconds', 'too large', null),
      ('t', 'b', '{}', '', now(), null, null),
      ('t', 'c', '{}', '', now() - interval '2 days', 'too large', now())`);

  const letter = (projection: string, offset: number, state: string): Promise<unknown> =>
    stage.query(
      `insert into dead_letter (projection, topic, partition, record_offset, headers, record_time, state, error_code, error)
       values ($1, 't', 0, $2, '[]', 0, $3, 'Error', '')`,
      [projection, offset, state],
    );

  test('outbox and dead letters are measured at once, and again and again', async () => {
    await fillOutbox();
    await letter('p', 1, 'parked');
    await letter('p', 2, 'parked');
    await letter('p', 3, 'retrying');
    await letter('q', 1, 'parked');
    await letter('r', 1, 'discarded');
    gauge.start();
    await until(async () => (await scraped('parked', { projection: 'q' })) === 1, 'all measured');
    expect(await scraped('outbox_rows')).toBe(2);
    expect(await scraped('outbox_refused')).toBe(1);
    expect(await scraped('outbox_parked')).toBe(1);
    const age = (await scraped('outbox_oldest_age_seconds')) ?? 0;
    expect(age).toBeGreaterThanOrEqual(100);
    expect(age).toBeLessThan(86_400);
    expect(await scraped('parked', { projection: 'p' })).toBe(2);
    expect(await scraped('parked', { projection: 'r' })).toBeUndefined();

    await stage.query('delete from outbox');
    await stage.query(`update dead_letter set state = 'discarded' where projection = 'q'`);
    await until(async () => (await scraped('parked', { projection: 'q' })) === undefined, 'measured again');
    expect(await scraped('parked', { projection: 'p' })).toBe(2);
    for (const name of ['outbox_rows', 'outbox_refused', 'outbox_parked', 'outbox_oldest_age_seconds'])
      expect([name, await scraped(name)]).toEqual([name, 0]);
  }, 60_000);
});

describe('what a partition reader tells', () => {
  const place = { projection: 'p', topic: 'cashloop.org.v1', partition: '0' };
  const mine = { projection: 'p' };
  const lag = (): Promise<number | undefined> => scraped('consumer_lag', place);

  test('lag: what the broker holds beyond the last record handled, also when nothing comes', async () => {
    const one = stage.reader();
    await one.take({ ...batchOf(records(0, 5)), end: 12n }, controlLog());
    expect(await lag()).toBe(7);
    await one.review({ nextOffset: 5n, lastId: null, lastTime: null, stoppedReason: null }, 20n, 5n);
    expect(await lag()).toBe(15);
    await one.take({ ...batchOf(records(5, 15)), end: 20n }, controlLog());
    expect(await lag()).toBe(0);
  });

  test('lag grows while a batch cannot be handled', async () => {
    const one = stage.reader();
    await one.take(batchOf(records(0, 2)), controlLog());
    stage.before = async () => {
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    await one.take({ ...batchOf(records(2, 3)), end: 9n }, controlLog());
    expect(await lag()).toBe(7);
  });

  test('recovery time: one, from the first fault to the commit, however often it failed between', async () => {
    const one = stage.reader();
    await one.take(batchOf(records(0, 1)), controlLog());
    expect(await scraped('recovery_seconds_count', mine)).toBeUndefined();
    let failures = 2;
    stage.before = async () => {
      if (failures-- > 0) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    };
    for (let i = 0; i < 3; i += 1) {
      await one.take(batchOf(records(1, 1)), controlLog());
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(await scraped('recovery_seconds_count', mine)).toBe(1);
    expect(await scraped('recovery_seconds_sum', mine)).toBeGreaterThan(0.1);
    expect(await scraped('recovery_seconds_sum', mine)).toBeLessThan(60);
    await one.take(batchOf(records(2, 1)), controlLog());
    expect(await scraped('recovery_seconds_count', mine)).toBe(1);
  });

  test('dead letters: those the handler cannot take and those nobody can read', async () => {
    stage.before = async (events) => {
      if (events.some(({ offset }) => offset === 3n || offset === 5n)) throw new Error('poison');
    };
    const unreadable = record(8n, orgEvent('1'), { value: Buffer.from('no json') });
    await stage.reader().take(batchOf([...records(0, 8), unreadable]), controlLog());
    expect(await stage.query('select record_offset from dead_letter order by record_offset')).toHaveLength(3);
    expect(await scraped('dead_letters_total', mine)).toBe(3);
  });
});
