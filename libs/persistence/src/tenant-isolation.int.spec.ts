import type { MigrationInterface, QueryRunner } from 'typeorm';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { connect, createDataSource } from './data-source.ts';
import { tenantTable } from './tenant-table.ts';
import { TransactionRunner } from './transaction-runner.ts';

class CreateNote1764000000001 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query('create table note (org_id bigint not null, text text not null, due date)');
    for (const statement of tenantTable('note')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table note');
  }
}

describe('tenant isolation', () => {
  let database: TestDatabase;
  let runner: TransactionRunner;
  let close: () => Promise<void>;

  beforeAll(async () => {
    database = await testDatabase({ migrations: [CreateNote1764000000001] });
    const dataSource = await connect(createDataSource({ url: database.url, migrations: [] }), 5_000);
    runner = new TransactionRunner(dataSource);
    close = () => dataSource.destroy();
    for (const org of ['1', '2', '3']) {
      await runner.run([org], (tx) => tx.query('insert into note values ($1, $2)', [org, `of ${org}`]));
    }
  });

  afterAll(async () => {
    await close();
    await database.close();
  });

  const texts = (orgs: string[]): Promise<string[]> =>
    runner.read(orgs, async (tx) =>
      (await tx.query<{ text: string }>('select text from note order by 1')).map((row) => row.text),
    );

  test('a transaction sees its orgs only', async () => {
    expect(await texts(['1'])).toEqual(['of 1']);
    expect(await texts(['1', '3'])).toEqual(['of 1', 'of 3']);
  });

  test('without orgs it sees nothing, also on a connection that was used before', async () => {
    expect(await texts([])).toEqual([]);
  });

  test('it cannot write for another org', async () => {
    const foreign = runner.run(['1'], (tx) => tx.query(`insert into note values (2, 'forged')`));
    await expect(foreign).rejects.toThrow(/row-level security/);
  });

  test('the owner is bound too', async () => {
    const asOwner = await connect(createDataSource({ url: database.migratorUrl, migrations: [] }), 5_000);
    expect(await asOwner.query('select * from note')).toEqual([]);
    await asOwner.destroy();
  });

  test('the login owns nothing and bypasses nothing', async () => {
    const [row] = await runner.read([], (tx) =>
      tx.query(`select tableowner = current_user as owner, rolsuper, rolbypassrls
                from pg_tables, pg_roles where tablename = 'note' and rolname = current_user`),
    );
    expect(row).toEqual({ owner: false, rolsuper: false, rolbypassrls: false });
  });

  test('the policy is evaluated once per statement', async () => {
    const plan = await runner.read(['1'], (tx) => tx.query<{ 'QUERY PLAN': string }>('explain select * from note'));
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('InitPlan');
  });

  test('an org that is not a number is refused', () => {
    return expect(runner.run([`1}'; drop`], async () => undefined)).rejects.toThrow('not an org id');
  });
});
