import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Company } from '../domain/company.ts';
import { exactNumber, type ExactObject } from '../domain/exact-json.ts';
import { queryInvalid } from '../domain/faults.ts';
import { entityNamed, isOwn } from '../domain/known-entities.ts';
import { checkCondition } from '../domain/query-properties.ts';
import type { QueryStatement } from '../domain/query-statement.ts';
import { answerStatic } from '../domain/static-entities.ts';
import { DocumentView } from './document.view.ts';
import { orderSql, whereSql } from './query-sql.view.ts';
import { customerColumns, type CustomerRow, toCustomer, toTxn, txnColumns, type TxnRow } from './record.row.ts';

/** Answers a statement of the query language: the QueryResponse member. */
@Injectable()
export class QueryView {
  constructor(private readonly documents: DocumentView) {}

  /** @throws ApiFault 4001 */
  async answer(tx: Tx, company: Company, statement: QueryStatement): Promise<ExactObject> {
    const entity = entityNamed(statement.entity);
    if (entity === undefined) throw queryInvalid(`Invalid Entity name : ${statement.entity}`);
    if (!isOwn(entity)) return statement.countOnly ? { totalCount: exactNumber('0') } : {};
    const conditions = statement.where.map((condition) => checkCondition(entity, condition, company.timeZone));
    if (entity === 'Item' || entity === 'Account' || entity === 'CompanyInfo') {
      return answerStatic(entity, company, statement, conditions);
    }
    const params: unknown[] = [company.realmId];
    const where = whereSql(entity, conditions, params);
    const table = entity === 'Customer' ? 'customer' : 'txn';
    if (statement.countOnly) {
      const [row] = await tx.query<{ n: string }>(`select count(*) n from ${table} where ${where}`, params);
      return { totalCount: exactNumber(row!.n) };
    }
    params.push(statement.maxResults, statement.startPosition - 1);
    const page = `where ${where} order by ${orderSql(entity, statement.orderBy)} limit $${params.length - 1} offset $${params.length}`;
    const found = await this.#page(tx, company, table, page, params);
    return pageAnswer(entity, found, statement);
  }

  async #page(tx: Tx, company: Company, table: string, page: string, params: unknown[]): Promise<ExactObject[]> {
    if (table === 'customer') {
      const rows = await tx.query<CustomerRow>(`select ${customerColumns} from customer ${page}`, params);
      return this.documents.customers(tx, company, rows.map(toCustomer));
    }
    const rows = await tx.query<TxnRow>(`select ${txnColumns} from txn ${page}`, params);
    return this.documents.txns(tx, company, rows.map(toTxn));
  }
}

/** No hit is an empty object; the total is told only where the page shows it anyway. */
export function pageAnswer(
  entity: string,
  found: ExactObject[],
  { startPosition, maxResults }: QueryStatement,
): ExactObject {
  if (found.length === 0) return {};
  const all = startPosition === 1 && found.length < maxResults;
  return {
    [entity]: found,
    startPosition: exactNumber(String(startPosition)),
    maxResults: exactNumber(String(found.length)),
    ...(all ? { totalCount: exactNumber(String(found.length)) } : {}),
  };
}
