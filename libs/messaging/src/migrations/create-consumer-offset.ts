import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was consumed. `last_id` and `last_time` name the record before `next_offset`: when the broker shows another one
 * there, the topic is not the one we read. `stopped_reason` is set while a partition stands still.
 */
export class CreateConsumerOffset1700000000002 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table consumer_offset (
        projection text not null,
        topic text not null,
        partition int not null,
        next_offset bigint not null default 0,
        last_id text,
        last_time bigint,
        handled_at timestamptz,
        stopped_reason text,
        stopped_at timestamptz,
        primary key (projection, topic, partition)
      ) with (fillfactor = 50)`);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table consumer_offset');
  }
}
