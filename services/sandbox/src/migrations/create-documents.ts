import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bodies are `json`, not `jsonb`: it keeps numbers as they were written. */
export class CreateDocuments1764000000102 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(`
      create table customer (
        realm_id text not null references company,
        id bigint not null,
        sync_token integer not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        display_name text not null,
        active boolean not null,
        parent_id bigint,
        currency text not null,
        minor_digits smallint not null,
        balance_minor bigint not null,
        body json not null,
        bulk_key text,
        bulk_hash text,
        primary key (realm_id, id)
      )`);
    await query.query('create unique index customer_name on customer (realm_id, lower(display_name))');
    await query.query(
      'create unique index customer_bulk_key on customer (realm_id, bulk_key) where bulk_key is not null',
    );
    await query.query('create index customer_updated on customer (realm_id, updated_at)');
    await query.query('create index customer_parent on customer (realm_id, parent_id) where parent_id is not null');
    await query.query(`
      create table txn (
        realm_id text not null references company,
        id bigint not null,
        kind text not null,
        state text not null,
        sync_token integer not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        customer_id bigint not null,
        currency text not null,
        minor_digits smallint not null,
        exchange_rate numeric not null,
        doc_number text,
        txn_date date not null,
        due_date date,
        total_minor bigint not null,
        tax_minor bigint not null,
        open_minor bigint not null check (open_minor >= 0),
        body json not null,
        bulk_key text,
        bulk_hash text,
        primary key (realm_id, id)
      )`);
    await query.query('create index txn_kind on txn (realm_id, kind, id)');
    await query.query('create index txn_updated on txn (realm_id, kind, updated_at, id)');
    await query.query('create index txn_customer on txn (realm_id, customer_id)');
    await query.query('create index txn_doc_number on txn (realm_id, kind, doc_number) where doc_number is not null');
    await query.query('create unique index txn_bulk_key on txn (realm_id, bulk_key) where bulk_key is not null');
    await query.query(`
      create table application (
        realm_id text not null,
        payment_id bigint not null,
        line_no integer not null,
        target_id bigint not null,
        target_kind text not null,
        amount_minor bigint not null check (amount_minor > 0),
        primary key (realm_id, payment_id, line_no),
        foreign key (realm_id, payment_id) references txn,
        foreign key (realm_id, target_id) references txn
      )`);
    await query.query('create index application_target on application (realm_id, target_id)');
  }

  async down(query: QueryRunner): Promise<void> {
    for (const table of ['application', 'txn', 'customer']) await query.query(`drop table ${table}`);
  }
}
