import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

const DOCUMENTS = [
  'invoice:invoice_id',
  'payment:payment_id',
  'credit_note:credit_note_id',
  'ar_adjustment:adjustment_id',
];

const of = (column: string): string => `($1::bigint[] is null or ${column} = any($1))`;

const documentSql = (pair: string): string => {
  const [table, id] = pair.split(':');
  return `select concat_ws(':', '${table}', org_id, ${id}, version, customer_id, owed_minor) as line from ${table}
    where ${of('customer_id')}`;
};

/** Newest versions, exposure, limit and hold by hand of the customers $1 (null: of all). */
export const RECEIVABLE_STATE = `
  ${DOCUMENTS.map(documentSql).join(' union all ')}
  union all
  select concat_ws(':', 'account', org_id, account_id, root_id, currency, exposure_minor, unconvertible, untied, ready,
    coalesce(standing_limit_minor, -1), coalesce(temporary_limit_minor, -1),
    coalesce('held ' || (manual_hold->>'note'), '')) from account where ${of('account_id')}`;

export const CUSTOMER_STATE = `
  select concat_ws(':', 'customer', org_id, customer_id, version, currency, coalesce(parent_id, 0), active) as line
  from customer where ${of('customer_id')}`;

// No customers here: the parameter only needs a type. Orgs have no row-level security: they are read before it is set.
export const ORG_STATE = `
  select concat_ws(':', 'org', org_id, version, base_currency) as line from org
  where ($1::bigint[] is null or true) and org_id = any(nullif(current_setting('cashloop.orgs', true), '')::bigint[])`;

export const READING_STATE = `
  select concat_ws(':', 'reading', org_id, company, version) as line from company_reading
  where $1::bigint[] is null or true`;

/** Whose state hangs on that of the customers $1: all members of their accounts. */
export const ACCOUNT_FAMILY = `
  select member.account_id as customer_id from account asked
  join account member on member.org_id = asked.org_id and member.root_id = asked.root_id
  where asked.account_id = any($1::bigint[])`;

/** One hash over what must not depend on order or repeats: newest versions, exposure, limit. */
@Injectable()
export class StateHashView {
  async read(tx: Tx): Promise<string> {
    const hash = createHash('sha256');
    for (const row of await tx.query<{ line: string }>(`${RECEIVABLE_STATE} order by line`, [null]))
      hash.update(row.line).update('\n');
    return hash.digest('hex');
  }
}
