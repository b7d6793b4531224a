import type { Customer } from '../domain/customer.ts';

export interface CustomerRow {
  id: string;
  org_id: string;
  version: number;
  teri_code: string;
  name: string;
  email: string;
  phone: string;
  currency: string;
  parent_id: string | null;
  active: boolean;
  other_currency_of: string | null;
}

export const toCustomer = (row: CustomerRow): Customer => ({
  id: row.id,
  orgId: row.org_id,
  version: row.version,
  teriCode: row.teri_code,
  name: row.name,
  email: row.email,
  phone: row.phone,
  currency: row.currency,
  parentId: row.parent_id,
  active: row.active,
  otherCurrencyOf: row.other_currency_of,
});
