import { DataSource, MigrationExecutor, type Migration, type QueryRunner } from 'typeorm';
import { prepareGrants } from './grants.ts';
import { MigrationFailed } from './migration-failed.ts';

/** A class that implements TypeORM's MigrationInterface; TypeORM itself types it so. */
export type MigrationClass = Function;

/** Where to migrate, as whom, and for whom. */
export interface MigrationPlan {
  /** postgres:// URL of the migrator role, which owns the tables. */
  migratorUrl: string;
  /** The service's login: gets select, insert, update, delete on all tables and usage of all sequences. */
  serviceRole: string;
  migrations: readonly MigrationClass[];
}

/** Two programs that migrate one database at once take turns. */
const LOCK = `hashtext('cashloop:migrate')`;

/**
 * Applies what is missing, each migration in a transaction of its own.
 * @returns names of the migrations applied now
 * @throws MigrationFailed with database, file, statement and Postgres' own words
 */
export async function runMigrations(plan: MigrationPlan): Promise<string[]> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: plan.migratorUrl,
    migrations: [...plan.migrations],
    installExtensions: false,
    extra: { max: 1, application_name: 'cashloop migrate' },
  }).initialize();
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.query(`select pg_advisory_lock(${LOCK})`);
    await prepareGrants(queryRunner, plan.serviceRole);
    return await applyPending(dataSource, queryRunner);
  } finally {
    await queryRunner.release();
    await dataSource.destroy();
  }
}

async function applyPending(dataSource: DataSource, queryRunner: QueryRunner): Promise<string[]> {
  const executor = new MigrationExecutor(dataSource, queryRunner);
  const pending = await executor.getPendingMigrations();
  for (const migration of pending) await applyOne(executor, queryRunner, migration);
  return pending.map((migration) => migration.name);
}

async function applyOne(executor: MigrationExecutor, queryRunner: QueryRunner, migration: Migration): Promise<void> {
  await queryRunner.startTransaction();
  try {
    await executor.executeMigration(migration);
    await queryRunner.commitTransaction();
  } catch (error) {
    await queryRunner.rollbackTransaction().catch(() => undefined);
    throw new MigrationFailed(String(queryRunner.dataSource.driver.database), migration.name, error);
  }
}
