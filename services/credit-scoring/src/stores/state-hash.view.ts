import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

const DOCUMENTS = [
  'invoice:invoice_id',
  'payment:payment_id',
  'credit_note:credit_note_id',
  'ar_adjustment:adjustment_id',
];

const documentSql = (pair: string): string => {
  const [table, id] = pair.split(':');
  return `select concat_ws(':', '${table}', org_id, ${id}, version, customer_id, owed_minor) as line from ${table}`;
};

const SQL = `
  ${DOCUMENTS.map(documentSql).join(' union all ')}
  union all
  select concat_ws(':', 'account', org_id, account_id, root_id, currency, exposure_minor, unconvertible, untied, ready,
    coalesce(standing_limit_minor, -1), coalesce(temporary_limit_minor, -1)) from account
  order by line`;

/** One hash over what must not depend on order or repeats: newest versions, exposure, limit. */
@Injectable()
export class StateHashView {
  async read(tx: Tx): Promise<string> {
    const hash = createHash('sha256');
    for (const row of await tx.query<{ line: string }>(SQL)) hash.update(row.line).update('\n');
    return hash.digest('hex');
  }
}
