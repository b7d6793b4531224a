import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '@cashloop/persistence/tenant-table';

/** Newest state of each receivable document. `owed_minor` is its signed part of an exposure, in its own currency. */
export class CreateDocuments1764000010002 implements MigrationInterface {
  readonly name = 'CreateDocuments1764000010002';

  async up(query: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table invoice, payment, credit_note, ar_adjustment');
  }
}

const SHARED = `
  version int not null,
  customer_id bigint not null,
  state text not null,
  currency text not null,
  exchange_rate text not null,
  owed_minor bigint not null,
  final boolean not null,
  moved_to_customer_id bigint,
  company text not null`;

/** Room in each page: a new state of a document then stays beside the old one and no index changes. */
const table = (name: string, id: string, columns: string): string[] => [
  `create table ${name} (org_id bigint not null, ${id} uuid not null, ${SHARED}, ${columns}, primary key (org_id, ${id}))
   with (fillfactor = 80)`,
  // Not (org_id, ..): with every policy asking for the org, the planner takes such an index for look-ups by document id too
  // as long as the table was never analyzed, and reads the org's documents once per document.
  `create index ${name}_customer on ${name} (customer_id, org_id)`,
  ...tenantTable(name),
];

const STATEMENTS = [
  ...table(
    'invoice',
    'invoice_id',
    `number text not null, total_minor bigint not null, net_minor bigint not null, balance_minor bigint not null,
     issue_date date not null, due_date date not null, cost_minor bigint, order_id text not null, other_minor bigint not null`,
  ),
  ...table(
    'payment',
    'payment_id',
    'number text not null, total_minor bigint not null, unapplied_minor bigint not null, date date not null, applications jsonb not null',
  ),
  ...table(
    'credit_note',
    'credit_note_id',
    `number text not null, total_minor bigint not null, net_minor bigint not null, unapplied_minor bigint not null,
     issue_date date not null, applications jsonb not null`,
  ),
  ...table('ar_adjustment', 'adjustment_id', 'kind text not null, amount_minor bigint not null, date date not null'),
];
