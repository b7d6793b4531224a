import { CustomerStateSchema, create, customerKey, outgoing, topicDefs, versionId } from '@cashloop/events';
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
    otherCurrencyOfCustomerId: customer.otherCurrencyOf ?? '',
  });
  const document = { orgId: customer.orgId, subject: `customer/${customer.id}`, version: customer.version };
  return outgoing(topicDefs.customer, 'customer_upserted', state, {
    ...document,
    id: versionId(document),
    key: customerKey(customer.orgId, customer.id),
    time,
  });
}
