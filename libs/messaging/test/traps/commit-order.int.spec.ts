import pg from 'pg';
import { testDatabase } from '@cashloop/testkit';
import { MemoryCluster } from '../../src/memory/index.ts';
import { Relay } from '../../src/relay/relay.ts';
import { Bell } from '../../src/relay/wake.ts';
import { migrations, quiet, until } from '../notes-service.ts';

/** A cursor over ids, or a horizon of open transactions, would lose the late one or wait for the one that never ends. */
test('transactions that commit in another order than their ids, while a fourth stays open: nothing lost, order kept', async () => {
  const database = await testDatabase({ migrations });
  const clients = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      return client;
    }),
  );
  const [one, two, three, four, leader] = clients as [pg.Client, pg.Client, pg.Client, pg.Client, pg.Client];
  const cluster = new MemoryCluster();
  cluster.log.create('t', 1);
  const sent = (): string[] => cluster.log.records('t').map(({ value }) => String(value));
  const leadership = { client: leader, gained: async () => undefined, commitsWait: true } as never;
  const relay = new Relay({ broker: cluster.client(), leadership, bell: new Bell(), log: quiet });
  const write = (client: pg.Client, key: string, value: string): Promise<unknown> =>
    client.query(`insert into outbox (topic, key, headers, value) values ('t', $1, '{}', $2)`, [key, value]);
  relay.start();

  await four.query('begin');
  await write(four, 'x', 'never');
  await one.query('begin');
  await write(one, 'a', 'a1');
  await two.query('begin');
  await write(two, 'b', 'b1');
  await two.query('commit'); // the later id first
  await until(() => sent().includes('b1'), 'b1 sent while a1 is open');
  await one.query('commit');
  await three.query('begin');
  await write(three, 'a', 'a2');
  await write(three, 'b', 'b2');
  await three.query('commit');
  await until(() => sent().length === 4, 'all sent');
  expect(sent().filter((value) => value.startsWith('a'))).toEqual(['a1', 'a2']);
  expect(sent().filter((value) => value.startsWith('b'))).toEqual(['b1', 'b2']);
  await until(async () => (await one.query('select 1 from outbox')).rows.length === 0, 'outbox empty');

  await four.query('rollback');
  await relay.close();
  for (const client of clients) await client.end();
  await database.close();
}, 30_000);
