import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

/** Used until the org's own event has come. */
const DEFAULT_CURRENCY = 'USD';

export interface OrgCopy {
  orgId: string;
  version: number;
  baseCurrency: string;
}

/** This service's copy of the orgs. */
@Injectable()
export class OrgStore {
  /** Keeps the newest version of each org, whatever order they come in. */
  async keepNewest(tx: Tx, orgs: readonly OrgCopy[]): Promise<void> {
    for (const org of orgs) {
      await tx.query(
        `insert into org (org_id, version, base_currency) values ($1, $2, $3)
         on conflict (org_id) do update set version = excluded.version, base_currency = excluded.base_currency
         where org.version < excluded.version`,
        [org.orgId, org.version, org.baseCurrency],
      );
    }
  }

  /** Answers the currency a customer without one gets. */
  async baseCurrencies(tx: Tx, orgIds: readonly string[]): Promise<(orgId: string) => string> {
    const rows = await tx.prepared<{ org_id: string; base_currency: string }>(
      'org_base_currencies',
      `select org_id, base_currency from org where org_id = any($1)`,
      [orgIds],
    );
    const known = new Map(rows.map((row) => [row.org_id, row.base_currency]));
    return (orgId) => known.get(orgId) ?? DEFAULT_CURRENCY;
  }
}
