import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { documentKey, type Document, type DocumentFigures } from '../domain/document.ts';
import { StaleRead, type CustomerRef } from './account.store.ts';
import { plainArray, textArray } from './array.row.ts';
import { documentTables, type DocumentTable } from './document.row.ts';

interface FiguresRow {
  org_id: string;
  id: string;
  version: number;
  customer_id: string;
  currency: string;
  exchange_rate: string;
  owed_minor: string;
  final: boolean;
}

/**
 * One look-up by primary key per document: `offset 0` keeps the planner from joining freely. While a first import fills a
 * table that was never analyzed, it read all documents of the org for every batch.
 */
const joined = (table: DocumentTable): string =>
  `from unnest($1::bigint[], $2::uuid[]) as t (org_id, id)
   cross join lateral (select * from ${table.name} where org_id = t.org_id and ${table.id} = t.id offset 0) d`;

/**
 * One upsert per table, in id order, so that two batches with the same new documents wait for each other and do not deadlock.
 * A state that is not newer changes nothing and is not counted.
 */
function saveSql(table: DocumentTable): string {
  const columns = ['org_id', table.id, ...table.columns.map((column) => column.name)];
  const types = ['bigint', 'uuid', ...table.columns.map((column) => column.type)];
  const sets = columns.slice(2).map((name) => `${name} = excluded.${name}`);
  return `with saved as (
    insert into ${table.name} (${columns.join(', ')})
    select * from unnest(${types.map((type, i) => `$${i + 1}::${type}[]`).join(', ')}) order by 1, 2
    on conflict (org_id, ${table.id}) do update set ${sets.join(', ')}
      where ${table.name}.version < excluded.version
    returning 1)
    select count(*)::int as saved from saved`;
}

const SAVE = new Map(documentTables.map((table) => [table.name, saveSql(table)]));

/** Newest state of every receivable document. */
@Injectable()
export class DocumentStore {
  /** Customers that hold these documents now: a document that moves needs both locks. */
  async holders(tx: Tx, documents: readonly Document[]): Promise<CustomerRef[]> {
    const refs: CustomerRef[] = [];
    for (const table of documentTables) {
      const rows = await this.#select<{ org_id: string; customer_id: string }>(
        tx,
        table,
        // The first version of a document cannot move it.
        documents.filter((document) => document.version > 1),
        ['holders', 'distinct d.org_id, d.customer_id'],
      );
      refs.push(...rows.map((row) => ({ orgId: row.org_id, customerId: row.customer_id })));
    }
    return refs;
  }

  /** What we hold of these documents, by documentKey. Call under the accounts' locks. */
  async figures(tx: Tx, documents: readonly Document[]): Promise<Map<string, DocumentFigures>> {
    const found = new Map<string, DocumentFigures>();
    for (const table of documentTables) {
      const select = `d.org_id, d.${table.id} as id, d.version, d.customer_id, d.currency, d.exchange_rate, d.owed_minor, d.final`;
      const rows = await this.#select<FiguresRow>(tx, table, documents, ['figures', select]);
      for (const row of rows)
        found.set(documentKey({ orgId: row.org_id, kind: table.name, id: row.id }), figuresOf(row));
    }
    return found;
  }

  /** @throws StaleRead when another transaction saved one of them meanwhile: what was decided is then void */
  async save(tx: Tx, documents: Iterable<Document>): Promise<void> {
    const all = [...documents];
    for (const table of documentTables) {
      const mine = all.filter((document) => document.kind === table.name);
      if (mine.length === 0) continue;
      const columns = table.columns.map((column) => {
        const values = mine.map((document) => column.value(document.message, document));
        return column.type === 'text' || column.type === 'jsonb' ? textArray(values) : plainArray(values);
      });
      const params = [plainArray(mine.map((one) => one.orgId)), plainArray(mine.map((one) => one.id)), ...columns];
      const [row] = await tx.prepared<{ saved: number }>(
        `credit_save_${table.name}`,
        SAVE.get(table.name) ?? '',
        params,
      );
      if (row?.saved !== mine.length)
        throw new StaleRead(`a document of ${table.name} was saved by another transaction`);
    }
  }

  async #select<R>(tx: Tx, table: DocumentTable, documents: readonly Document[], what: [string, string]): Promise<R[]> {
    const mine = documents.filter((document) => document.kind === table.name);
    if (mine.length === 0) return [];
    const params = [plainArray(mine.map((one) => one.orgId)), plainArray(mine.map((one) => one.id))];
    return tx.prepared<R>(`credit_${what[0]}_${table.name}`, `select ${what[1]} ${joined(table)}`, params);
  }
}

const figuresOf = (row: FiguresRow): DocumentFigures => ({
  version: row.version,
  customerId: row.customer_id,
  currency: row.currency,
  exchangeRate: row.exchange_rate,
  owedMinor: BigInt(row.owed_minor),
  final: row.final,
});
