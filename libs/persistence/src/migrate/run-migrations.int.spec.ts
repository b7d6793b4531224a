import type { MigrationInterface, QueryRunner } from 'typeorm';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { MigrationFailed } from './migration-failed.ts';
import { pendingMigrations } from './pending-migrations.ts';
import { runMigrations } from './run-migrations.ts';

class CreateFirst1764000000001 implements MigrationInterface {
  up = async (query: QueryRunner): Promise<void> => void (await query.query('create table first (id int)'));
  down = async (): Promise<void> => undefined;
}

class CreateSecond1764000000002 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query('create table second (id int)');
    await query.query('create table first (id int)');
  }

  down = async (): Promise<void> => undefined;
}

describe('runMigrations', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await testDatabase({ migrations: [] })));
  afterAll(() => database.close());

  test('applies what is missing, once', async () => {
    const migrations = [CreateFirst1764000000001];
    const plan = { migratorUrl: database.migratorUrl, serviceRole: new URL(database.url).username, migrations };
    expect(await pendingMigrations({ url: database.url, migrations })).toEqual(['CreateFirst1764000000001']);
    expect(await Promise.all([runMigrations(plan), runMigrations(plan)])).toEqual(
      expect.arrayContaining([['CreateFirst1764000000001'], []]),
    );
    expect(await pendingMigrations({ url: database.url, migrations })).toEqual([]);
  });

  test('a failed one says where and why, and leaves nothing behind', async () => {
    const migrations = [CreateFirst1764000000001, CreateSecond1764000000002];
    const plan = { migratorUrl: database.migratorUrl, serviceRole: new URL(database.url).username, migrations };
    const failed = (await runMigrations(plan).catch((error: unknown) => error)) as MigrationFailed;
    expect(failed).toBeInstanceOf(MigrationFailed);
    expect(failed).toMatchObject({
      database: new URL(database.url).pathname.slice(1),
      migration: 'CreateSecond1764000000002',
      statement: 'create table first (id int)',
      reason: 'relation "first" already exists',
    });
    expect(await pendingMigrations({ url: database.url, migrations })).toEqual(['CreateSecond1764000000002']);
    await expect(runMigrations(plan)).rejects.toThrow('relation "first"'); // `second` was rolled back, so it fails at the same place
  });
});
