import type { Written } from './publishing.ts';

/** One event of a change and what its headers say about the change. */
export interface ChangeStep {
  written: Written;
  changeId: string;
  /** All customers the change touches, sorted. */
  changeCustomers: string[];
  /** The final event of its customer in this change. */
  last: boolean;
}

/** Marks the versions of one reading (or one release) as one change. */
export function asChange(changeId: string, written: readonly Written[]): ChangeStep[] {
  const lastOf = new Map(written.map((one, index) => [one.version.customerId, index]));
  const changeCustomers = [...lastOf.keys()].sort((a, b) => Number(BigInt(a) - BigInt(b)));
  return written.map((one, index) => ({
    written: one,
    changeId,
    changeCustomers,
    last: lastOf.get(one.version.customerId) === index,
  }));
}
