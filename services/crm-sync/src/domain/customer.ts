/** What people and accounting systems may change about a customer. Empty text means unknown. */
export interface CustomerFields {
  name: string;
  email: string;
  phone: string;
  currency: string; // ISO 4217
  parentId: string | null; // null at the top of a tree
  active: boolean;
  otherCurrencyOf: string | null; // the customer that is the same party in another currency; never points on to a third
}

/** A customer of the master. Ids are integers, carried as strings. */
export interface Customer extends CustomerFields {
  id: string;
  orgId: string;
  version: number; // raised by one per change
  teriCode: string; // made at creation, never changed
}

const FIELDS = ['name', 'email', 'phone', 'currency', 'parentId', 'active', 'otherCurrencyOf'] as const;

/** The customer after a change: the same object when nothing differs, else the next version. */
export function changed(before: Customer, change: Partial<CustomerFields>): Customer {
  const after = { ...before, ...change };
  if (FIELDS.every((field) => after[field] === before[field])) return before;
  return { ...after, version: before.version + 1 };
}
