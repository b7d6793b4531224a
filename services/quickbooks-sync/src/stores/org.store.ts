import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

/** What this service knows of a tenant. */
export interface Org {
  orgId: string;
  version: number;
  baseCurrency: string;
  timeZone: string;
}

/** Copy of org.v1. Sweeps loop over it. */
@Injectable()
export class OrgStore {
  async keepNewest(tx: Tx, orgs: readonly Org[]): Promise<void> {
    await tx.query(
      `insert into org (org_id, version, base_currency, time_zone)
       select distinct on (o.org_id) o.* from unnest($1::bigint[], $2::int[], $3::text[], $4::text[]) as o (org_id, version, base_currency, time_zone)
       order by o.org_id, o.version desc
       on conflict (org_id) do update set version = excluded.version, base_currency = excluded.base_currency,
         time_zone = excluded.time_zone where org.version < excluded.version`,
      [
        orgs.map((o) => o.orgId),
        orgs.map((o) => o.version),
        orgs.map((o) => o.baseCurrency),
        orgs.map((o) => o.timeZone),
      ],
    );
  }

  async all(tx: Tx): Promise<Org[]> {
    return tx.prepared<Org>(
      'org_all',
      `select org_id as "orgId", version, base_currency as "baseCurrency", time_zone as "timeZone" from org order by org_id`,
    );
  }

  /** Base currency of an org; USD until org.v1 has told. */
  async baseCurrency(tx: Tx, orgId: string): Promise<string> {
    const rows = await tx.prepared<{ base_currency: string }>(
      'org_base_currency',
      'select base_currency from org where org_id = $1',
      [orgId],
    );
    return rows[0]?.base_currency ?? 'USD';
  }
}
