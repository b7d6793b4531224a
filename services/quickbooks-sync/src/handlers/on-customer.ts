import { Injectable } from '@nestjs/common';
import { type CustomerState, type Event, type OutgoingEvent, topicDefs } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { CustomerStore, quickbooksLinks } from '../stores/customer.store.ts';

/**
 * Learns which customer of the master stands behind a customer of QuickBooks. The documents that waited for it are told
 * by the release, which runs a moment later and also finds what a crash left.
 */
@Injectable()
export class OnCustomer {
  constructor(private readonly customers: CustomerStore) {}

  @Handles(topicDefs.customer, { projection: 'quickbooks-sync-customers' })
  async handle(events: readonly Event<CustomerState>[], { tx, now }: HandlerContext): Promise<OutgoingEvent[]> {
    const news = events.map(({ orgId, data }) => ({
      orgId,
      customerId: data.customerId,
      version: data.version,
      teriCode: data.teriCode,
      name: data.name,
      email: data.email,
      phone: data.phone,
      currency: data.currency,
      active: data.active,
      links: quickbooksLinks(data.links),
    }));
    const newer = await this.customers.keepNewest(tx, news);
    await this.customers.link(tx, newer, now);
    return [];
  }
}
