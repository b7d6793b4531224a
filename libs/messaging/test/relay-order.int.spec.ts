import pg from 'pg';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { deleteRows, takeRows } from '../src/relay/outbox-queue.ts';
import { sendsOf } from '../src/relay/sends.ts';
import { migrations } from './notes-service.ts';

describe('order in the outbox', () => {
  let database: TestDatabase;
  const clients: pg.Client[] = [];
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    clients.push(client);
    return client;
  };
  const write = async (client: pg.Client, key: string): Promise<string> =>
    (
      await client.query<{ id: string }>(
        `insert into outbox (topic, key, headers, value) values ('t', $1, '{}', '{}') returning id`,
        [key],
      )
    ).rows[0]?.id ?? '';

  beforeAll(async () => void (database = await testDatabase({ migrations })));
  afterAll(async () => {
    for (const client of clients) await client.end();
    await database.close();
  });

  test('a lower id that commits later is found, and a look ahead takes it before later rows of its aggregate', async () => {
    const [relay, first, second, third] = await Promise.all([connect(), connect(), connect(), connect()]);
    const a1 = await write(first, 'a');
    await second.query('begin');
    const b2 = await write(second, 'b'); // open: the relay cannot see it yet
    const a3 = await write(first, 'a');
    await third.query('begin');
    await write(third, 'c'); // stays open over the whole test
    const sending = await takeRows(relay);
    expect(sending.map((row) => row.id)).toEqual([a1, a3]);

    await second.query('commit');
    const b5 = await write(second, 'b'); // the same aggregate, after its lock was free
    const ahead = await takeRows(relay, sending);
    expect(ahead.map((row) => row.id)).toEqual([b2, b5]);
    await third.query('rollback');
  });

  test('a take is bounded by bytes, whatever was taken before; one row goes whatever its size', async () => {
    const client = await connect();
    await client.query(`delete from outbox`);
    const sizes = [600, 9_000_000, 6_000_000, 6_000_000, 20_000_000, 600, 600];
    for (const size of sizes)
      await client.query(
        `insert into outbox (topic, key, headers, value) values ('t', 'k', '{}', repeat('x', $1::int))`,
        [size],
      );
    const takes: number[][] = [];
    for (let rows = await takeRows(client); rows.length > 0; rows = await takeRows(client)) {
      takes.push(rows.map(({ value }) => value.length));
      await deleteRows(client, rows);
    }
    expect(takes).toEqual([sizes.slice(0, 4), sizes.slice(4, 5), sizes.slice(5)]);
  });

  test('a large take is cut into sends the broker takes, in order', () => {
    const rows = Array.from({ length: 10 }, (_, i) => ({
      id: String(i),
      topic: 't',
      key: 'k',
      value: 'x'.repeat(i === 4 ? 2_000 : 300),
      headers: { a: 'b' },
    }));
    const sends = sendsOf(rows, 1_000);
    expect(sends.flat()).toEqual(rows);
    expect(sends.map((send) => send.length)).toEqual([2, 2, 1, 2, 2, 1]);
  });
});
