/** A service as its row of panels needs to know it. A spec compares the names with the folders of services/. */
export interface ServiceRow {
  name: string;
  /** Reads or writes topics. The sandbox does neither. */
  messaging: boolean;
  /** Handles events all the time while customers trade; the others only now and then. */
  busy: boolean;
}

export const services: readonly ServiceRow[] = [
  { name: 'gateway', messaging: true, busy: false },
  { name: 'crm-sync', messaging: true, busy: false },
  { name: 'quickbooks-sync', messaging: true, busy: false },
  { name: 'credit-scoring', messaging: true, busy: true },
  { name: 'compliance', messaging: true, busy: true },
  { name: 'sandbox', messaging: false, busy: false },
];
