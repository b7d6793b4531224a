import { tenantTable } from '@cashloop/persistence/tenant-table';

interface Runner {
  query(sql: string): Promise<unknown>;
}

export class CreateConnectorCursor1763000000002 {
  name = 'CreateConnectorCursor1763000000002';

  async up(query: Runner): Promise<void> {
    await query.query(`create table connector_cursor (
      org_id bigint not null,
      system text not null,
      company text not null,
      feed text not null,
      position text not null,
      moved_at timestamptz not null,
      primary key (org_id, system, company, feed)
    )`);
    for (const statement of tenantTable('connector_cursor')) await query.query(statement);
  }

  async down(query: Runner): Promise<void> {
    await query.query('drop table connector_cursor');
  }
}
