import type { Org } from '../domain/org.ts';

export interface OrgRow {
  id: string;
  version: number;
  name: string;
  time_zone: string;
  base_currency: string;
  calendar: string;
}

export const ORG_COLUMNS = 'id, version, name, time_zone, base_currency, calendar';

export const toOrg = (row: OrgRow): Org => ({
  id: row.id,
  version: row.version,
  name: row.name,
  timeZone: row.time_zone,
  baseCurrency: row.base_currency,
  calendar: row.calendar,
});
