import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Projections built to replace live ones. `boundaries` is null until the switch, then per "topic/partition" the first
 * offset whose events the successor answers; the one it replaces answers those before.
 */
export class CreateProjectionSwitch1700000000005 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table projection_switch (
        projection text primary key,
        replaces text not null,
        boundaries jsonb,
        switched_at timestamptz
      )`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table projection_switch');
  }
}
