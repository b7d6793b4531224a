import pg from 'pg';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { lockOffsetSql } from '../../src/consumer/offsets.ts';
import { migrations } from '../notes-service.ts';

const place = { projection: 'p', topic: 't', partition: 0 };

/**
 * Two members have the same ten records. The first handles five of them and commits while the second waits for the
 * offset row. The second must decide by the row as it is after the wait.
 */
describe('the lock of the offset row', () => {
  let database: TestDatabase;
  let first: pg.Client;
  let second: pg.Client;

  beforeAll(async () => {
    database = await testDatabase({ migrations });
    first = new pg.Client({ connectionString: database.url });
    second = new pg.Client({ connectionString: database.url });
    await first.connect();
    await second.connect();
  });
  beforeEach(async () => {
    await first.query('delete from consumer_offset');
    await first.query('delete from outbox');
    await first.query(`insert into consumer_offset (projection, topic, partition) values ('p', 't', 0)`);
  });
  afterAll(async () => {
    await first.end();
    await second.end();
    await database.close();
  });

  const insert = (from: string): string =>
    `insert into outbox (topic, key, headers, value) select 't', o::text, '{}', '' from generate_series(0, 9) o ${from}`;
  const handled = async (): Promise<number> => (await first.query('select distinct key from outbox')).rows.length;

  /** The first one's transaction, open until the second one waits. */
  async function race<T>(work: () => Promise<T>): Promise<T> {
    await first.query('begin');
    await first.query(lockOffsetSql(place));
    await first.query(insert('where o < 5'));
    await first.query('update consumer_offset set next_offset = 5');
    await second.query('begin');
    const working = work();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await first.query('commit');
    const result = await working;
    await second.query('commit');
    return result;
  }

  test('as we take it shows the row after the wait: nothing is lost, nothing doubled', async () => {
    const next = await race(async () => {
      const { rows } = await second.query<{ next_offset: string }>(lockOffsetSql(place));
      await second.query(insert('where o >= $1'), [rows[0]?.next_offset]);
      await second.query('update consumer_offset set next_offset = 10');
      return rows[0]?.next_offset;
    });
    expect(next).toBe('5');
    expect(await handled()).toBe(10);
    expect((await first.query('select 1 from outbox')).rows).toHaveLength(10);
  });

  test('inside the statement that also moves the offset, Postgres finds no row to decide by and loses five in silence', async () => {
    await race(() =>
      second.query(
        `with locked as (select next_offset from consumer_offset where projection = 'p' for update),
              fresh as (${insert(', locked where o >= locked.next_offset')})
         update consumer_offset set next_offset = 10 where projection = 'p'`,
      ),
    );
    expect((await first.query('select next_offset from consumer_offset')).rows).toEqual([{ next_offset: '10' }]);
    expect(await handled()).toBe(5);
  });
});
