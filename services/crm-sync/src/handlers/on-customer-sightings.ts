import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import type { Event, ExternalCustomerState, OutgoingEvent } from '@cashloop/events';
import { Handles } from '@cashloop/messaging';
import type { HandlerContext, Logger } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { customerUpserted } from '../domain/customer-event.ts';
import { judge } from '../domain/master.ts';
import type { MasterAfter, MasterBefore } from '../domain/master.ts';
import { linkId, newestOf, parentKey } from '../domain/sighting.ts';
import type { Link, LinkKey, Sighting } from '../domain/sighting.ts';
import { teriCode } from '../domain/teri-code.ts';
import { countSightings } from '../metrics.ts';
import { CustomerLinkStore } from '../stores/customer-link.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { MergeProposalStore } from '../stores/merge-proposal.store.ts';
import { OrgStore } from '../stores/org.store.ts';

/** An accounting system shows a customer: link it by exact place, else to the customer it was made for, else create one. */
@Injectable()
export class OnCustomerSightings {
  constructor(
    private readonly customers: CustomerStore,
    private readonly links: CustomerLinkStore,
    private readonly orgs: OrgStore,
    private readonly proposals: MergeProposalStore,
  ) {}

  @Handles(topicDefs.customerSighting, { projection: 'customer-master' })
  async handle(
    events: readonly Event<ExternalCustomerState>[],
    { tx, now, log }: HandlerContext,
  ): Promise<OutgoingEvent[]> {
    const sightings = newestOf(events.map(toSighting));
    const after = judge(await this.before(tx, sightings));
    const changed = [...after.created, ...after.updated];
    await this.customers.save(tx, changed, now);
    await this.links.saveSeen(tx, after.links);
    const created = after.created.map((customer) => customer.id);
    await this.proposals.propose(tx, created, now);
    report(after, log);
    const links = await this.links.ofCustomers(tx, changed.map((customer) => customer.id)); // prettier-ignore
    return changed.map((customer) => customerUpserted(customer, links.get(customer.id) ?? [], now));
  }

  /** Locks in one order everywhere: trees, links, customers. */
  private async before(tx: Tx, sightings: Map<string, Sighting>): Promise<MasterBefore> {
    const seen = [...sightings.values()];
    const orgIds = [...new Set(seen.map((sighting) => sighting.orgId))];
    await this.customers.lockTrees(tx, orgIds);
    const own = await this.ownCustomers(tx, seen);
    const unusable = await this.unusable(tx, seen, own);
    const claimed = await this.links.claim(tx, seen, own);
    const waiting = await this.waitingFor(tx, claimed);
    const links = [...claimed, ...waiting];
    const parentLinks = await this.links.customersAt(tx, parentKeys([...seen, ...waiting]));
    const customers = await this.customers.lock(tx, [...new Set(links.map((link) => link.customerId))]);
    const parents = await this.customers.parentsOf(tx, [...new Set([...customers.keys(), ...parentLinks.values()])]);
    const baseCurrency = await this.orgs.baseCurrencies(tx, orgIds);
    const newCode = (): string => teriCode(randomBytes(5));
    return { sightings, links, parentLinks, customers, parents, baseCurrency, newCode, unusable };
  }

  /** By linkId, the customers that a sync service made these places for, as far as their orgs have them. */
  private async ownCustomers(tx: Tx, seen: readonly Sighting[]): Promise<Map<string, string>> {
    const named = seen.filter(({ customerId }) => CUSTOMER_ID.test(customerId));
    const there = await this.customers.existing(tx, named.map(({ orgId, customerId }) => ({ orgId, id: customerId }))); // prettier-ignore
    const usable = named.filter(({ orgId, customerId }) => there.has(`${orgId}:${customerId}`));
    return new Map(usable.map((sighting) => [linkId(sighting), sighting.customerId]));
  }

  /** New places that name a customer their org does not have. At a known place its link stands, whatever is named. */
  private async unusable(tx: Tx, seen: readonly Sighting[], own: ReadonlyMap<string, string>): Promise<Sighting[]> {
    const named = seen.filter((sighting) => sighting.customerId !== '' && !own.has(linkId(sighting)));
    if (named.length === 0) return [];
    const known = await this.links.customersAt(tx, named);
    return named.filter((sighting) => !known.has(linkId(sighting)));
  }

  /** Children that came before their parent. Those seen in this batch anyway are judged with it. */
  private async waitingFor(tx: Tx, claimed: readonly Link[]): Promise<Link[]> {
    const fresh = claimed.filter((link) => link.seenVersion === 0);
    if (fresh.length === 0) return [];
    const inBatch = new Set(claimed.map(linkId));
    return (await this.links.childrenOf(tx, fresh)).filter((link) => !inBatch.has(linkId(link)));
  }
}

/** Ids are positive bigints; anything longer or other would fail the whole batch in Postgres. */
const CUSTOMER_ID = /^[1-9]\d{0,17}$/;

const toSighting = ({ orgId, data }: Event<ExternalCustomerState>): Sighting => ({ ...data, orgId });

const parentKeys = (of: readonly (LinkKey & { parentExternalId: string })[]): LinkKey[] =>
  of.map(parentKey).filter((key) => key !== null);

function report(after: MasterAfter, log: Logger): void {
  countSightings(after);
  for (const circle of after.circles) {
    log.warn({ org_id: circle.orgId, customer_id: circle.customerId }, 'parent would close a circle: kept at the top');
  }
  for (const { orgId, system, company, externalId, customerId } of after.unusable) {
    const place = { org_id: orgId, system, company, external_id: externalId, customer_id: customerId };
    log.warn(place, 'a sighting names a customer this org does not have: a new one was made');
  }
}
