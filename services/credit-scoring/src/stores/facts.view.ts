import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

/** Amounts are minor units as text, in the document's own currency. */
export interface InvoiceFact {
  id: string;
  number: string;
  date: string;
  due_date: string;
  currency: string;
  exchange_rate: string;
  amount: string;
  net_amount: string;
  cost: string | null;
  balance: string;
}

export interface PaymentFact {
  id: string;
  date: string;
  currency: string;
  exchange_rate: string;
  amount: string;
  unapplied: string;
  applications: ApplicationRow[];
}

export interface CreditNoteFact extends PaymentFact {
  net_amount: string;
}

export interface ApplicationRow {
  invoice_id: string;
  amount_minor: string;
  date: string;
  kind: string;
}

export interface AdjustmentFact {
  id: string;
  date: string;
  currency: string;
  amount: string;
  kind: string;
}

export interface FactRows {
  invoices: InvoiceFact[];
  payments: PaymentFact[];
  creditNotes: CreditNoteFact[];
  adjustments: AdjustmentFact[];
}

const OF = `org_id = $1 and customer_id = any($2::bigint[]) and moved_to_customer_id is null`;

/** Every document of an account that counts (CREDIT.md section 8): not voided, deleted, reversed, over zero. */
@Injectable()
export class FactsView {
  async read(tx: Tx, orgId: string, memberIds: readonly string[]): Promise<FactRows> {
    const params = [orgId, memberIds];
    return {
      invoices: await tx.query<InvoiceFact>(
        `select invoice_id as id, number, issue_date as date, due_date, currency, exchange_rate, total_minor as amount,
           net_minor as net_amount, cost_minor as cost, balance_minor as balance
         from invoice where ${OF} and state not in ('VOIDED', 'DELETED', 'ZERO') order by issue_date, invoice_id`,
        params,
      ),
      payments: await tx.query<PaymentFact>(
        `select payment_id as id, date, currency, exchange_rate, total_minor as amount, unapplied_minor as unapplied, applications
         from payment where ${OF} and state = 'RECEIVED' and total_minor <> 0 order by date, payment_id`,
        params,
      ),
      creditNotes: await tx.query<CreditNoteFact>(
        `select credit_note_id as id, issue_date as date, currency, exchange_rate, total_minor as amount,
           net_minor as net_amount, unapplied_minor as unapplied, applications
         from credit_note where ${OF} and state not in ('VOIDED', 'DELETED') order by issue_date, credit_note_id`,
        params,
      ),
      adjustments: await tx.query<AdjustmentFact>(
        `select adjustment_id as id, date, currency, amount_minor as amount, kind
         from ar_adjustment where ${OF} and state = 'RECORDED' order by date, adjustment_id`,
        params,
      ),
    };
  }
}
