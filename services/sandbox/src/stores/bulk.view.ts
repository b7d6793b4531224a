import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { BulkKnown, KnownCustomer, KnownTxn, NumberedRow } from '../domain/bulk-plan.ts';
import type { BulkRow } from '../domain/bulk-row.ts';

interface KnownTxnRow {
  bulk_key: string;
  id: string;
  kind: KnownTxn['kind'];
  state: KnownTxn['state'];
  customer_id: string;
  currency: string;
  open_minor: string;
  bulk_hash: string;
}

/** What is stored of what a bulk batch names, in three statements. */
@Injectable()
export class BulkView {
  async known(tx: Tx, realmId: string, rows: readonly NumberedRow[]): Promise<BulkKnown> {
    const all = rows.map(({ row }) => row);
    return {
      customersByKey: await this.#customers(tx, realmId, all),
      txnsByKey: await this.#txns(tx, realmId, all),
      names: await this.#names(tx, realmId, all),
    };
  }

  async #customers(tx: Tx, realmId: string, rows: readonly BulkRow[]): Promise<Map<string, KnownCustomer>> {
    const keys = unique(rows.map((row) => (row.kind === 'customer' ? row.key : row.customer_key)));
    const found = await tx.query<{ bulk_key: string; id: string; currency: string; bulk_hash: string }>(
      'select bulk_key, id, currency, bulk_hash from customer where realm_id = $1 and bulk_key = any($2)',
      [realmId, keys],
    );
    return new Map(found.map((row) => [row.bulk_key, { id: row.id, currency: row.currency, hash: row.bulk_hash }]));
  }

  async #txns(tx: Tx, realmId: string, rows: readonly BulkRow[]): Promise<Map<string, KnownTxn>> {
    const found = await tx.query<KnownTxnRow>(
      `select bulk_key, id, kind, state, customer_id, currency, open_minor, bulk_hash
       from txn where realm_id = $1 and bulk_key = any($2)`,
      [realmId, unique(rows.flatMap(txnKeys))],
    );
    return new Map(
      found.map((row) => [
        row.bulk_key,
        {
          id: row.id,
          kind: row.kind,
          state: row.state,
          customerId: row.customer_id,
          currency: row.currency,
          openMinor: BigInt(row.open_minor),
          hash: row.bulk_hash,
        },
      ]),
    );
  }

  async #names(tx: Tx, realmId: string, rows: readonly BulkRow[]): Promise<Set<string>> {
    const names = rows.flatMap((row) => (row.kind === 'customer' ? row.display_name.toLowerCase() : []));
    if (names.length === 0) return new Set();
    const found = await tx.query<{ name: string }>(
      'select lower(display_name) as name from customer where realm_id = $1 and lower(display_name) = any($2)',
      [realmId, names],
    );
    return new Set(found.map((row) => row.name));
  }
}

function txnKeys(row: BulkRow): string[] {
  if (row.kind === 'customer') return [];
  const lines =
    row.kind === 'payment' ? row.lines.flatMap((line) => line.invoice_key ?? line.credit_memo_key ?? []) : [];
  return [row.key, ...lines];
}

const unique = (keys: readonly string[]): string[] => [...new Set(keys)];
