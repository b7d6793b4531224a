import { CustomerStateSchema, create, customerKey, outgoing, topicDefs } from '@cashloop/events';
import type { OutgoingEvent } from '@cashloop/events';
import type { Customer } from './customer.ts';
import type { Link } from './sighting.ts';

/** The whole customer as its readers get it. */
export function customerUpserted(customer: Customer, links: readonly Link[], time: Date): OutgoingEvent {
  const state = create(CustomerStateSchema, {
    customerId: customer.id,
    version: customer.version,
    teriCode: customer.teriCode,
    name: customer.name,
    email: customer.email,
    phone: customer.phone,
    currency: customer.currency,
    parentCustomerId: customer.parentId ?? '',
    active: customer.active,
    links: links.map(({ system, company, externalId }) => ({ system, company, externalId })),
  });
  return outgoing(topicDefs.customer, 'customer_upserted', state, {
    orgId: customer.orgId,
    key: customerKey(customer.orgId, customer.id),
    subject: `customer/${customer.id}`,
    time,
  });
}
