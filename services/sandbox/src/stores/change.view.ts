import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Company } from '../domain/company.ts';
import { exactNumber, type ExactObject } from '../domain/exact-json.ts';
import { staticRows } from '../domain/static-entities.ts';
import { DocumentView } from './document.view.ts';
import { customerColumns, type CustomerRow, toCustomer, toTxn, txnColumns, type TxnRow } from './record.row.ts';

/** Most objects in one answer of the change feed, all entities together. */
export const MOST_CHANGES = 1000;

/** What changed since a time, oldest first; deleted documents come as stubs. */
@Injectable()
export class ChangeView {
  constructor(private readonly documents: DocumentView) {}

  /** One block per entity, in the order asked. */
  async since(tx: Tx, company: Company, entities: readonly string[], since: Date): Promise<ExactObject[]> {
    const blocks: ExactObject[] = [];
    let left = MOST_CHANGES;
    for (const entity of entities) {
      const found = await this.#changed(tx, company, entity, since, left);
      left -= found.length;
      blocks.push(block(entity, found));
    }
    return blocks;
  }

  async #changed(tx: Tx, company: Company, entity: string, since: Date, most: number): Promise<ExactObject[]> {
    const params = [company.realmId, since, most];
    if (entity === 'Customer') {
      const rows = await tx.query<CustomerRow>(
        `select ${customerColumns} from customer where realm_id = $1 and updated_at >= $2 order by updated_at, id limit $3`,
        params,
      );
      return this.documents.customers(tx, company, rows.map(toCustomer));
    }
    if (entity === 'Invoice' || entity === 'Payment' || entity === 'CreditMemo') {
      const rows = await tx.query<TxnRow>(
        `select ${txnColumns} from txn where realm_id = $1 and kind = $4 and updated_at >= $2 order by updated_at, id limit $3`,
        [...params, entity],
      );
      return this.documents.txns(tx, company, rows.map(toTxn));
    }
    const fixed = entity === 'Item' || entity === 'Account' ? staticRows(entity, company) : [];
    return company.createdAt >= since ? fixed.slice(0, most) : [];
  }
}

const block = (entity: string, found: ExactObject[]): ExactObject =>
  found.length === 0
    ? {}
    : { [entity]: found, startPosition: exactNumber('1'), maxResults: exactNumber(String(found.length)) };
