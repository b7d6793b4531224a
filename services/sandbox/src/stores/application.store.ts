import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Application } from '../domain/records.ts';

interface ApplicationRow {
  payment_id: string;
  target_id: string;
  target_kind: 'Invoice' | 'CreditMemo';
  amount_minor: string;
}

const toApplication = (row: ApplicationRow): Application => ({
  paymentId: row.payment_id,
  targetId: row.target_id,
  targetKind: row.target_kind,
  amountMinor: BigInt(row.amount_minor),
});

@Injectable()
export class ApplicationStore {
  /** Lines of these payments, and lines that name these documents. */
  async touching(tx: Tx, realmId: string, ids: readonly string[]): Promise<Application[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<ApplicationRow>(
      `select payment_id, target_id, target_kind, amount_minor from (
         select * from application where realm_id = $1 and payment_id = any($2::bigint[])
         union
         select * from application where realm_id = $1 and target_id = any($2::bigint[])) line
       order by payment_id, line_no`,
      [realmId, ids],
    );
    return rows.map(toApplication);
  }

  /** All lines of these payments. */
  async ofPayments(tx: Tx, realmId: string, paymentIds: readonly string[]): Promise<Application[]> {
    if (paymentIds.length === 0) return [];
    const rows = await tx.query<ApplicationRow>(
      `select payment_id, target_id, target_kind, amount_minor from application
       where realm_id = $1 and payment_id = any($2::bigint[]) order by payment_id, line_no`,
      [realmId, paymentIds],
    );
    return rows.map(toApplication);
  }

  /** Lines are numbered in the order given, per payment. */
  async add(tx: Tx, realmId: string, lines: readonly Application[]): Promise<void> {
    if (lines.length === 0) return;
    await tx.query(
      `insert into application (realm_id, payment_id, line_no, target_id, target_kind, amount_minor)
       select $1, line.payment_id, row_number() over (partition by line.payment_id order by line.n), line.target_id,
              line.target_kind, line.amount_minor
       from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[]) with ordinality
            as line (payment_id, target_id, target_kind, amount_minor, n)`,
      [
        realmId,
        lines.map((line) => line.paymentId),
        lines.map((line) => line.targetId),
        lines.map((line) => line.targetKind),
        lines.map((line) => String(line.amountMinor)),
      ],
    );
  }

  async replace(tx: Tx, realmId: string, paymentIds: readonly string[], lines: readonly Application[]): Promise<void> {
    if (paymentIds.length === 0) return;
    await tx.query('delete from application where realm_id = $1 and payment_id = any($2::bigint[])', [
      realmId,
      paymentIds,
    ]);
    await this.add(tx, realmId, lines);
  }
}
