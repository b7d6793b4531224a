import { tenantTable } from '@cashloop/persistence/tenant-table';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The newest state of each account's hold, in the order it was learned. A change gives a row a new `seq`, so that "all
 * rows above N" is what a reader who saw N has missed, however long ago that was.
 * `hold_feed_head` hands out the numbers under its row lock: a number can be seen only after all lower ones.
 * `epoch` tells numbers of a rebuilt feed from those of the old one.
 */
export class CreateHoldFeed1764000000105 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table hold_feed_head (
        org_id bigint primary key,
        epoch text not null default substr(md5(gen_random_uuid()::text), 1, 8),
        seq bigint not null default 0
      ) with (fillfactor = 50)`);
    await query.query(`
      create table hold_feed (
        org_id bigint not null,
        account_id bigint not null,
        seq bigint not null,
        version int not null,
        held boolean not null,
        document jsonb not null,
        primary key (org_id, account_id)
      )`);
    await query.query('create unique index hold_feed_by_seq on hold_feed (org_id, seq)');
    for (const table of ['hold_feed_head', 'hold_feed']) {
      for (const statement of tenantTable(table)) await query.query(statement);
    }
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table hold_feed');
    await query.query('drop table hold_feed_head');
  }
}
