import { tenantTable } from '@cashloop/persistence/tenant-table';

interface Runner {
  query(sql: string): Promise<unknown>;
}

export class CreateConnectorToken1763000000001 {
  name = 'CreateConnectorToken1763000000001';

  async up(query: Runner): Promise<void> {
    await query.query(`create table connector_token (
      org_id bigint not null,
      system text not null,
      company text not null,
      access_token text not null,
      refresh_token text not null,
      access_expires_at timestamptz not null,
      refresh_expires_at timestamptz,
      hard_expires_at timestamptz,
      generation bigint not null default 1,
      leased_until timestamptz,
      primary key (org_id, system, company)
    )`);
    for (const statement of tenantTable('connector_token')) await query.query(statement);
  }

  async down(query: Runner): Promise<void> {
    await query.query('drop table connector_token');
  }
}
