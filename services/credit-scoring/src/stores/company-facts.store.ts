import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { NOTHING_TOLD, type CompanyFacts } from '../domain/company-facts.ts';
import type { CustomerRef } from './account.store.ts';
import { json } from './json.row.ts';

interface Row {
  org_id: string;
  customer_id: string;
  company: string;
  import_version: number;
  import_as_of: Date | null;
  tie_out_version: number;
  agrees: boolean;
}

const SAVE = `
  insert into customer_company (org_id, customer_id, company, import_version, import_as_of, tie_out_version, agrees)
  select * from jsonb_to_recordset($1) as t (org_id bigint, customer_id bigint, company text, import_version int,
    import_as_of timestamptz, tie_out_version int, agrees boolean)
  on conflict (org_id, customer_id, company) do update set import_version = excluded.import_version,
    import_as_of = excluded.import_as_of, tie_out_version = excluded.tie_out_version, agrees = excluded.agrees`;

/** What sync services told about customers in their companies. Read and written under the account's lock. */
@Injectable()
export class CompanyFactsStore {
  /** By `org:customer`, then by company. */
  async load(tx: Tx, refs: readonly CustomerRef[]): Promise<Map<string, Map<string, CompanyFacts>>> {
    const facts = new Map<string, Map<string, CompanyFacts>>();
    if (refs.length === 0) return facts;
    const rows = await tx.prepared<Row>(
      'credit_company_load',
      `select c.* from (select distinct * from unnest($1::bigint[], $2::bigint[]) as u (org_id, customer_id)) t
       join customer_company c using (org_id, customer_id)`,
      [refs.map((ref) => ref.orgId), refs.map((ref) => ref.customerId)],
    );
    for (const row of rows) {
      const key = `${row.org_id}:${row.customer_id}`;
      facts.set(key, (facts.get(key) ?? new Map<string, CompanyFacts>()).set(row.company, factsOf(row)));
    }
    return facts;
  }

  /** Saves all facts of these customers. Keys are `org:customer`. */
  async save(
    tx: Tx,
    keys: Iterable<string>,
    facts: ReadonlyMap<string, ReadonlyMap<string, CompanyFacts>>,
  ): Promise<void> {
    const rows = [...keys].flatMap((key) => {
      const [orgId, customerId] = key.split(':');
      return [...(facts.get(key) ?? [])].map(([company, one]) => ({
        org_id: orgId,
        customer_id: customerId,
        company,
        import_version: one.importVersion,
        import_as_of: one.importAsOf,
        tie_out_version: one.tieOutVersion,
        agrees: one.agrees,
      }));
    });
    if (rows.length > 0) await tx.prepared('credit_company_save', SAVE, [json(rows)]);
  }
}

const factsOf = (row: Row): CompanyFacts => ({
  ...NOTHING_TOLD,
  importVersion: row.import_version,
  importAsOf: row.import_as_of,
  tieOutVersion: row.tie_out_version,
  agrees: row.agrees,
});
