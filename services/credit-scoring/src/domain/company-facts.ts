import type { Link, Member } from './readiness.ts';

/** What a sync service told about one customer in one company. Versions start at 1; 0 is never told. */
export interface CompanyFacts {
  readonly importVersion: number;
  readonly importAsOf: Date | null;
  readonly tieOutVersion: number;
  readonly agrees: boolean;
}

export const NOTHING_TOLD: CompanyFacts = { importVersion: 0, importAsOf: null, tieOutVersion: 0, agrees: true };

/** What the master told about one customer. */
export interface MasterFacts {
  readonly currency: string | null;
  readonly links: readonly Link[];
}

/** One member of an account, from its rows. Facts are by `system:company`. */
export function memberOf(
  customerId: string,
  customer: MasterFacts | undefined,
  facts: ReadonlyMap<string, CompanyFacts> | undefined,
): Member {
  const told = [...(facts ?? [])];
  return {
    customerId,
    currency: customer?.currency ?? null,
    links: customer?.links ?? [],
    imported: new Set(told.filter(([, one]) => one.importVersion > 0).map(([company]) => company)),
    untied: new Set(told.filter(([, one]) => !one.agrees).map(([company]) => company)),
  };
}
