import type { QueryRunner } from 'typeorm';

/**
 * Gives the service's login the use of every table and sequence the migrator will make. As default privileges they
 * apply at `create table`, so that a migration may still take some back (an append-only table revokes update, delete).
 */
export async function prepareGrants(queryRunner: QueryRunner, serviceRole: string): Promise<void> {
  const role = `"${serviceRole.replaceAll('"', '""')}"`;
  await queryRunner.query(`grant usage on schema public to ${role}`);
  await queryRunner.query(
    `alter default privileges in schema public grant select, insert, update, delete on tables to ${role}`,
  );
  await queryRunner.query(`alter default privileges in schema public grant usage, select on sequences to ${role}`);
}
