import { isCurrency } from '@cashloop/money';

/** A tenant. */
export interface Org {
  id: string;
  version: number;
  name: string;
  /** IANA name: "today" is a day of this zone. */
  timeZone: string;
  /** ISO 4217. */
  baseCurrency: string;
  /** ISO 3166 country whose holidays count; empty: Monday to Friday. */
  calendar: string;
}

export type OrgChange = Partial<Pick<Org, 'name' | 'timeZone' | 'baseCurrency' | 'calendar'>>;

/** The org a new installation starts with. */
export const FIRST_ORG: Org = {
  id: '1',
  version: 1,
  name: 'Local',
  timeZone: 'America/New_York',
  baseCurrency: 'USD',
  calendar: '',
};

export type OrgDecision = { kind: 'unchanged' } | { kind: 'changed'; org: Org };

/** A change that changes nothing makes no version. */
export function changeOrg(org: Org, change: OrgChange): OrgDecision {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const next = { ...org, ...(Object.fromEntries(given) as OrgChange) };
  const same = (Object.keys(next) as (keyof Org)[]).every((key) => next[key] === org[key]);
  return same ? { kind: 'unchanged' } : { kind: 'changed', org: { ...next, version: org.version + 1 } };
}

export type OrgFault = { field: 'time_zone' | 'base_currency' | 'calendar'; message: string };

/** What is wrong with a change, field by field. */
export function orgFaults(change: OrgChange): OrgFault[] {
  const faults: OrgFault[] = [];
  if (change.timeZone !== undefined && !isTimeZone(change.timeZone)) {
    faults.push({ field: 'time_zone', message: 'must be an IANA time zone such as Europe/Berlin' });
  }
  if (change.baseCurrency !== undefined && !isCurrency(change.baseCurrency)) {
    faults.push({ field: 'base_currency', message: 'must be an ISO 4217 code such as USD' });
  }
  if (change.calendar !== undefined && !/^([A-Z]{2})?$/.test(change.calendar)) {
    faults.push({ field: 'calendar', message: 'must be an ISO 3166 country code such as US, or empty' });
  }
  return faults;
}

function isTimeZone(name: string): boolean {
  // Offsets such as "+02:00" are accepted by Intl, but know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
