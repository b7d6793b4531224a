import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { ConnectionStore } from './connection.store.ts';

/** One connected company, as GET /qbo/status shows it. */
export interface CompanyStatus {
  realm_id: string;
  company_name: string;
  state: string;
  import: {
    customers: number;
    invoices: number;
    payments: number;
    credit_memos: number;
    parked: number;
    oldest_parked_at: Date | null;
  };
  last_reading_at: Date | null;
  last_error: string | null;
}

@Injectable()
export class StatusView {
  readonly #connections: ConnectionStore;

  constructor(connections: ConnectionStore) {
    this.#connections = connections;
  }

  async companies(tx: Tx): Promise<CompanyStatus[]> {
    const counts = await tx.query<{
      company: string;
      invoices: string;
      payments: string;
      notes: string;
      parked: string;
      oldest: Date | null;
    }>(
      `select company, count(*) filter (where kind = 'invoice') as invoices, count(*) filter (where kind = 'payment') as payments,
         count(*) filter (where kind = 'credit_note') as notes, count(parked_since) as parked, min(parked_since) as oldest
       from document group by company`,
    );
    const customers = await tx.query<{ company: string; n: string }>(
      'select company, count(*) as n from external_customer where facts is not null group by company',
    );
    return (await this.#connections.all(tx)).map((connection) => {
      const own = counts.find((row) => row.company === connection.company);
      return {
        realm_id: connection.company,
        company_name: connection.companyName,
        state: connection.state,
        import: {
          customers: Number(customers.find((row) => row.company === connection.company)?.n ?? 0),
          invoices: Number(own?.invoices ?? 0),
          payments: Number(own?.payments ?? 0),
          credit_memos: Number(own?.notes ?? 0),
          parked: Number(own?.parked ?? 0),
          oldest_parked_at: own?.oldest ?? null,
        },
        last_reading_at: connection.lastReadingAt,
        last_error: connection.lastError,
      };
    });
  }
}
