import { Injectable } from '@nestjs/common';
import type { InvoiceState } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';

export interface Invoice {
  orgId: string;
  data: InvoiceState;
}

export interface Account {
  customerId: string;
  orgId: string;
  version: number;
  exposure: bigint;
  held: boolean;
}

interface AccountRow {
  customer_id: string;
  org_id: string;
  version: number;
  exposure_minor: string;
  held: boolean;
}

/** Sets in, sets out: a batch is four statements, whatever its size. */
@Injectable()
export class BenchStore {
  /** Makes the accounts exist, then locks them, both in id order; the two travel together. */
  async lock(tx: Tx, invoices: readonly Invoice[]): Promise<Map<string, Account>> {
    const owners = new Map(invoices.map(({ orgId, data }) => [data.customerId, orgId]));
    const ids = [...owners.keys()];
    const [, rows] = await Promise.all([
      tx.prepared(
        'bench_account_make',
        `insert into bench_account (org_id, customer_id) select o, c from unnest($1::bigint[], $2::bigint[]) row(o, c)
         order by c on conflict do nothing`,
        [[...owners.values()], ids],
      ),
      tx.prepared<AccountRow>(
        'bench_account_lock',
        'select * from bench_account where customer_id = any($1::bigint[]) order by customer_id for update',
        [ids],
      ),
    ]);
    return new Map(rows.map((row) => [row.customer_id, toAccount(row)]));
  }

  /** Version and balance of those that are known. */
  async known(tx: Tx, ids: readonly string[]): Promise<Map<string, { version: number; balance: bigint }>> {
    const rows = await tx.prepared<{ invoice_id: string; version: number; balance_minor: string }>(
      'bench_invoice_known',
      'select invoice_id, version, balance_minor from bench_invoice where invoice_id = any($1::uuid[])',
      [ids],
    );
    return new Map(rows.map((row) => [row.invoice_id, { version: row.version, balance: BigInt(row.balance_minor) }]));
  }

  async save(tx: Tx, invoices: readonly Invoice[], accounts: readonly Account[]): Promise<void> {
    const datas = invoices.map(({ data }) => data);
    await Promise.all([
      tx.prepared(
        'bench_invoice_save',
        `insert into bench_invoice (org_id, invoice_id, version, customer_id, state, due_date, balance_minor)
         select * from unnest($1::bigint[], $2::uuid[], $3::int[], $4::bigint[], $5::int[], $6::date[], $7::bigint[])
         on conflict (invoice_id) do update set version = excluded.version, customer_id = excluded.customer_id,
           state = excluded.state, due_date = excluded.due_date, balance_minor = excluded.balance_minor`,
        [
          invoices.map(({ orgId }) => orgId),
          datas.map((data) => data.invoiceId),
          datas.map((data) => data.version),
          datas.map((data) => data.customerId),
          datas.map((data) => data.state),
          datas.map((data) => data.dueDate),
          datas.map((data) => data.balanceMinor),
        ],
      ),
      tx.prepared(
        'bench_account_save',
        `update bench_account a set version = r.v, exposure_minor = r.e, held = r.h
         from unnest($1::bigint[], $2::int[], $3::bigint[], $4::boolean[]) r(c, v, e, h) where a.customer_id = r.c`,
        [
          accounts.map((account) => account.customerId),
          accounts.map((account) => account.version),
          accounts.map((account) => String(account.exposure)),
          accounts.map((account) => account.held),
        ],
      ),
    ]);
  }
}

const toAccount = (row: AccountRow): Account => ({
  customerId: row.customer_id,
  orgId: row.org_id,
  version: row.version,
  exposure: BigInt(row.exposure_minor),
  held: row.held,
});
