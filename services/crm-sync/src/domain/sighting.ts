import type { CustomerFields } from './customer.ts';

/** Where an outside system knows a customer. */
export interface LinkKey {
  orgId: string;
  system: string;
  company: string;
  externalId: string;
}

/** A customer as an accounting system shows it. Empty text means unknown, or no parent. */
export interface Sighting extends LinkKey {
  version: number; // raised by the accounting system's sync service
  name: string;
  email: string;
  phone: string;
  currency: string;
  parentExternalId: string;
  active: boolean;
  customerId: string; // ours, when the sync service itself made this place for it; empty otherwise
}

/** Which customer a place in an outside system stands for. */
export interface Link extends LinkKey {
  customerId: string;
  parentExternalId: string;
  seenVersion: number; // newest sighting applied; 0 before the first
}

/** One text per place in an outside system; JSON, because ids of outside systems may hold any character. */
export function linkId({ orgId, system, company, externalId }: LinkKey): string {
  return JSON.stringify([orgId, system, company, externalId]);
}

/** The place of a sighting's parent, or null at the top of a tree. */
export function parentKey(of: LinkKey & { parentExternalId: string }): LinkKey | null {
  return of.parentExternalId === '' ? null : { ...of, externalId: of.parentExternalId };
}

/** The newest sighting of each place. */
export function newestOf(sightings: readonly Sighting[]): Map<string, Sighting> {
  const newest = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const known = newest.get(linkId(sighting));
    if (known === undefined || known.version < sighting.version) newest.set(linkId(sighting), sighting);
  }
  return newest;
}

/** What a sighting says about the customer's own fields. Unknown name or currency keep what was there. */
export function fieldsSeen(
  sighting: Sighting,
  before: Pick<CustomerFields, 'name' | 'currency'>,
): Omit<CustomerFields, 'parentId' | 'otherCurrencyOf'> {
  return {
    name: sighting.name === '' ? before.name : sighting.name,
    email: sighting.email,
    phone: sighting.phone,
    currency: sighting.currency === '' ? before.currency : sighting.currency,
    active: sighting.active,
  };
}
