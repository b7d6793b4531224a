import type { Account, Cause } from './account.ts';
import type { Grounds } from './judge.ts';
import { UNKNOWN_ORG, type OrgPolicy } from './policy.ts';
import { dataAsOf } from './readiness.ts';

/** What all judgements of one piece of work share. */
export interface Circumstances {
  readonly policies: ReadonlyMap<string, OrgPolicy>;
  /** By org, then by company: when it was last read completely. */
  readonly readings: ReadonlyMap<string, ReadonlyMap<string, Date>>;
  readonly now: Date;
  readonly newId: () => string;
}

const NO_READINGS: ReadonlyMap<string, Date> = new Map();

export const policyOf = (given: Pick<Circumstances, 'policies'>, orgId: string): OrgPolicy =>
  given.policies.get(orgId) ?? UNKNOWN_ORG;

/** The grounds to judge one account on. */
export function groundsFor(account: Account, trigger: Cause, given: Circumstances): Grounds {
  return {
    now: given.now,
    settings: policyOf(given, account.orgId).settings,
    dataAsOf: dataAsOf(account.companies, given.readings.get(account.orgId) ?? NO_READINGS),
    trigger,
    newId: given.newId,
  };
}
