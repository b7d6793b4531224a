import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

/** Sums of one currency, minor units as text. Documents voided, deleted or moved away count nowhere. */
export interface Totals {
  currency: string;
  invoices: number;
  paid_invoices: number;
  open_invoices: number;
  open_minor: string;
  payments: number;
  unapplied_cash_minor: string;
  credit_notes: number;
  unapplied_credit_minor: string;
  adjustments_minor: string;
}

export interface TotalsFilter {
  readonly currency?: string | undefined;
  /** `system:company`, `system:%` or `%:company`. */
  readonly company?: string | undefined;
}

const LIVE = `org_id = $1 and ($2::text is null or currency = $2) and ($3::text is null or company like $3)
  and state not in ('VOIDED', 'DELETED', 'REMOVED') and moved_to_customer_id is null`;

const SQL = `
  select currency, sum(invoices)::int as invoices, sum(paid)::int as paid_invoices, sum(open)::int as open_invoices,
    sum(owed)::text as open_minor, sum(payments)::int as payments, sum(cash)::text as unapplied_cash_minor,
    sum(notes)::int as credit_notes, sum(credit)::text as unapplied_credit_minor, sum(adjusted)::text as adjustments_minor
  from (
    select currency, count(*) as invoices, count(*) filter (where state = 'PAID') as paid,
      count(*) filter (where owed_minor <> 0) as open, sum(owed_minor) as owed,
      0 as payments, 0 as cash, 0 as notes, 0 as credit, 0 as adjusted
    from invoice where ${LIVE} group by currency
    union all
    select currency, 0, 0, 0, 0, count(*), -sum(owed_minor), 0, 0, 0 from payment where ${LIVE} group by currency
    union all
    select currency, 0, 0, 0, 0, 0, 0, count(*), -sum(owed_minor), 0 from credit_note where ${LIVE} group by currency
    union all
    select currency, 0, 0, 0, 0, 0, 0, 0, 0, sum(owed_minor) from ar_adjustment where ${LIVE} group by currency) parts
  group by currency order by currency`;

/** Sums over all documents of an org: what a ledger that was loaded must agree with. */
@Injectable()
export class TotalsView {
  read(tx: Tx, orgId: string, filter: TotalsFilter): Promise<Totals[]> {
    return tx.query<Totals>(SQL, [orgId, filter.currency ?? null, filter.company ?? null]);
  }
}
