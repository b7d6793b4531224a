import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Org } from '../domain/org.ts';
import { ORG_COLUMNS, type OrgRow, toOrg } from './org.row.ts';

@Injectable()
export class OrgStore {
  async find(tx: Tx, id: string): Promise<Org | undefined> {
    const [row] = await tx.query<OrgRow>(`select ${ORG_COLUMNS} from org where id = $1`, [id]);
    return row && toOrg(row);
  }

  async lock(tx: Tx, id: string): Promise<Org | undefined> {
    const [row] = await tx.query<OrgRow>(`select ${ORG_COLUMNS} from org where id = $1 for update`, [id]);
    return row && toOrg(row);
  }

  async save(tx: Tx, org: Org, now: Date): Promise<void> {
    await tx.query(
      `update org set version = $2, name = $3, time_zone = $4, base_currency = $5, calendar = $6, updated_at = $7 where id = $1`,
      [org.id, org.version, org.name, org.timeZone, org.baseCurrency, org.calendar, now],
    );
  }

  /** False when the org is there already. */
  async create(tx: Tx, org: Org, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `insert into org (id, version, name, time_zone, base_currency, calendar, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1`,
      [org.id, org.version, org.name, org.timeZone, org.baseCurrency, org.calendar, now],
    );
    return rows.length > 0;
  }
}
