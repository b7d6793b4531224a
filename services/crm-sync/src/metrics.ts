import { Counter } from 'prom-client';
import type { Customer } from './domain/customer.ts';
import type { MasterAfter } from './domain/master.ts';

const customersChanged = new Counter({
  name: 'cashloop_crm_sync_customers_changed_total',
  help: 'Customers of the master created or updated, by where the change came from',
  labelNames: ['org_id', 'change', 'from'],
});

const sightingsOlder = new Counter({
  name: 'cashloop_crm_sync_sightings_older_total',
  help: 'Sightings that were known already or overtaken by a newer one',
});

const customerUnusable = new Counter({
  name: 'cashloop_crm_sync_sightings_customer_unusable_total',
  help: 'Sightings of a new place that name a customer their org does not have',
});

/** Counts what a batch of sightings changed. */
export function countSightings(after: MasterAfter): void {
  for (const customer of after.created) countChange(customer, 'created', 'sighting');
  for (const customer of after.updated) countChange(customer, 'updated', 'sighting');
  sightingsOlder.inc(after.older);
  customerUnusable.inc(after.unusable.length);
}

/** Counts one customer created or updated. */
export function countChange(customer: Customer, change: 'created' | 'updated', from: 'sighting' | 'api'): void {
  customersChanged.inc({ org_id: customer.orgId, change, from });
}
