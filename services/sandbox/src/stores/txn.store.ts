import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Txn, TxnKind } from '../domain/records.ts';
import { type BulkMark, toTxn, txnArrays, txnColumns, type TxnRow } from './record.row.ts';

@Injectable()
export class TxnStore {
  async findAll(tx: Tx, realmId: string, ids: readonly string[]): Promise<Txn[]> {
    if (ids.length === 0) return [];
    const rows = await tx.query<TxnRow>(
      `select ${txnColumns} from txn where realm_id = $1 and id = any($2::bigint[]) order by id`,
      [realmId, ids],
    );
    return rows.map(toTxn);
  }

  /** Id of another living document of that kind and number. */
  async idOfNumber(
    tx: Tx,
    realmId: string,
    kind: TxnKind,
    docNumber: string,
    exceptId: string,
  ): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `select id from txn where realm_id = $1 and kind = $2 and doc_number = $3 and id <> $4 and state <> 'deleted' limit 1`,
      [realmId, kind, docNumber, exceptId],
    );
    return row?.id;
  }

  async save(
    tx: Tx,
    realmId: string,
    txns: readonly Txn[],
    marks: ReadonlyMap<string, BulkMark> = new Map(),
  ): Promise<void> {
    if (txns.length === 0) return;
    await tx.query(
      `insert into txn (realm_id, id, kind, state, sync_token, created_at, updated_at, customer_id, currency, minor_digits,
                        exchange_rate, doc_number, txn_date, due_date, total_minor, tax_minor, open_minor, body, bulk_key, bulk_hash)
       select $1, t.id, t.kind, t.state, t.sync_token, t.created_at, t.updated_at, t.customer_id, t.currency, t.minor_digits,
              t.exchange_rate, t.doc_number, t.txn_date, t.due_date, t.total_minor, t.tax_minor, t.open_minor, t.body::json,
              t.bulk_key, t.bulk_hash
       from unnest($2::bigint[], $3::text[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[], $8::bigint[],
                   $9::text[], $10::smallint[], $11::numeric[], $12::text[], $13::date[], $14::date[], $15::bigint[],
                   $16::bigint[], $17::bigint[], $18::text[], $19::text[], $20::text[])
            as t (id, kind, state, sync_token, created_at, updated_at, customer_id, currency, minor_digits, exchange_rate,
                  doc_number, txn_date, due_date, total_minor, tax_minor, open_minor, body, bulk_key, bulk_hash)
       on conflict (realm_id, id) do update set state = excluded.state, sync_token = excluded.sync_token,
         updated_at = excluded.updated_at, customer_id = excluded.customer_id, currency = excluded.currency,
         minor_digits = excluded.minor_digits, exchange_rate = excluded.exchange_rate, doc_number = excluded.doc_number,
         txn_date = excluded.txn_date, due_date = excluded.due_date, total_minor = excluded.total_minor,
         tax_minor = excluded.tax_minor, open_minor = excluded.open_minor, body = excluded.body`,
      [realmId, ...txnArrays(txns, marks)],
    );
  }
}
