import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { json } from './json.row.ts';

/** A complete reading of one company. */
export interface Reading {
  readonly orgId: string;
  /** `system:company`. */
  readonly company: string;
  /** 0: not a reading, only the start of an import. */
  readonly version: number;
  readonly asOf: Date;
}

/** How fresh each company's data are. */
@Injectable()
export class ReadingStore {
  /** By org, then by company. */
  async load(tx: Tx, orgIds: readonly string[]): Promise<Map<string, Map<string, Date>>> {
    const rows = await tx.prepared<{ org_id: string; company: string; as_of: Date }>(
      'credit_reading_load',
      'select org_id, company, as_of from company_reading where org_id = any($1::bigint[])',
      [orgIds],
    );
    const readings = new Map<string, Map<string, Date>>();
    for (const row of rows) {
      const ofOrg = readings.get(row.org_id) ?? new Map<string, Date>();
      readings.set(row.org_id, ofOrg.set(row.company, row.as_of));
    }
    return readings;
  }

  /** Newest version wins; a reading never makes data older. */
  async save(tx: Tx, readings: readonly Reading[]): Promise<void> {
    const newest = new Map<string, Reading>();
    for (const reading of readings) {
      const key = `${reading.orgId}:${reading.company}`;
      const known = newest.get(key);
      if (known === undefined || known.version < reading.version) newest.set(key, reading);
    }
    if (newest.size === 0) return;
    await tx.prepared(
      'credit_reading_save',
      `insert into company_reading as r (org_id, company, version, as_of)
       select * from jsonb_to_recordset($1) as t (org_id bigint, company text, version int, as_of timestamptz)
       order by org_id, company
       on conflict (org_id, company) do update set version = excluded.version, as_of = greatest(r.as_of, excluded.as_of)
         where r.version < excluded.version`,
      [
        json(
          [...newest.values()].map((one) => ({
            org_id: one.orgId,
            company: one.company,
            version: one.version,
            as_of: one.asOf,
          })),
        ),
      ],
    );
  }
}
