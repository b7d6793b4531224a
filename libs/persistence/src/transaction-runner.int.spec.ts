import type { MigrationInterface, QueryRunner } from 'typeorm';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { connect, createDataSource } from './data-source.ts';
import { SwallowedError } from './open-tx.ts';
import { TransactionRunner } from './transaction-runner.ts';

class CreateThing1764000000001 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query('create table thing (id bigint primary key, due date, amount numeric(15,2), at timestamptz)');
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table thing');
  }
}

describe('TransactionRunner', () => {
  let database: TestDatabase;
  let runner: TransactionRunner;
  let close: () => Promise<void>;

  beforeAll(async () => {
    database = await testDatabase({ migrations: [CreateThing1764000000001] });
    const dataSource = await connect(
      createDataSource({ url: database.url, migrations: [], lockTimeoutMs: 300 }),
      5_000,
    );
    runner = new TransactionRunner(dataSource);
    close = () => dataSource.destroy();
  });

  beforeEach(() => runner.run([], (tx) => tx.query('delete from thing')));

  afterAll(async () => {
    await close();
    await database.close();
  });

  const ids = async (): Promise<string[]> =>
    (await runner.read([], (tx) => tx.query<{ id: string }>('select id from thing order by id'))).map((row) => row.id);

  test('commits what fn wrote', async () => {
    await runner.run([], (tx) => tx.query('insert into thing (id) values (1)'));
    expect(await ids()).toEqual(['1']);
  });

  test('rolls back on an error and passes it on', async () => {
    const failed = runner.run([], async (tx) => {
      await tx.query('insert into thing (id) values (1)');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await ids()).toEqual([]);
  });

  test('a swallowed statement error is no success', async () => {
    const swallowed = runner.run([], async (tx) => {
      await tx.query('insert into thing (id) values (1)');
      await tx.query('select 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow(SwallowedError);
    expect(await ids()).toEqual([]);
  });

  test('a failing closing statement commits nothing', async () => {
    const failed = runner.runWith({ orgs: [] }, async (tx) => {
      await tx.query('insert into thing (id) values (1)');
      tx.closeWith({ sql: 'select 1 / 0' });
    });
    await expect(failed).rejects.toThrow('division by zero');
    expect(await ids()).toEqual([]);
  });

  test('an opening statement answers in the same round trip', async () => {
    const opening = await runner.runWith(
      { orgs: ['7'], opening: `select current_setting('cashloop.orgs') as orgs` },
      async (_tx, rows) => rows,
    );
    expect(opening).toEqual([{ orgs: '{7}' }]);
  });

  test('a TypeORM transaction inside is a savepoint of ours', async () => {
    const failed = runner.run([], async (tx) => {
      await tx.manager.transaction((inner) => inner.query('insert into thing (id) values (1)'));
      throw new Error('after all, no');
    });
    await expect(failed).rejects.toThrow('after all, no');
    expect(await ids()).toEqual([]);
  });

  test('values lose nothing', async () => {
    await runner.run([], (tx) =>
      tx.prepared('thing_put', 'insert into thing values ($1, $2, $3, $4)', [
        '9007199254740993',
        '2026-03-29',
        '0.10',
        '2026-01-01T00:00:00Z',
      ]),
    );
    const [row] = await runner.read([], (tx) => tx.query('select * from thing'));
    expect(row).toEqual({
      id: '9007199254740993',
      due: '2026-03-29',
      amount: '0.10',
      at: new Date('2026-01-01T00:00:00Z'),
    });
  });

  test('a lock held by another does not hold us for long', async () => {
    await runner.run([], (tx) => tx.query('insert into thing (id) values (1)'));
    await runner.run([], async (tx) => {
      await tx.query('select * from thing where id = 1 for update');
      const waiting = runner.run([], (other) => other.query('select * from thing where id = 1 for update'));
      await expect(waiting).rejects.toMatchObject({ code: '55P03' });
    });
  });

  test('read refuses to write', async () => {
    await expect(runner.read([], (tx) => tx.query('insert into thing (id) values (1)'))).rejects.toThrow('read-only');
  });
});
