import { changed } from './customer.ts';
import type { Customer } from './customer.ts';
import { fieldsSeen, linkId, parentKey } from './sighting.ts';
import type { Link, Sighting } from './sighting.ts';
import { Tree } from './tree.ts';

/** What was read, locked, before deciding about a batch of sightings. */
export interface MasterBefore {
  sightings: ReadonlyMap<string, Sighting>; // newest per place, by linkId
  links: readonly Link[]; // of the sightings' places, and of children that waited for one of them as a parent
  parentLinks: ReadonlyMap<string, string>; // linkId of a parent's place -> customer id, as far as known
  customers: ReadonlyMap<string, Customer>; // by id; a link whose customer is missing here is new
  parents: ReadonlyMap<string, string | null>; // every ancestor that a walk upwards may pass
  baseCurrency: (orgId: string) => string;
  newCode: () => string;
  unusable: readonly Sighting[]; // newest of places nobody knew, that name a customer the org does not have
}

/** What changes: only customers that differ from before, each with its next version. */
export interface MasterAfter {
  created: Customer[];
  updated: Customer[];
  links: Link[];
  older: number; // sightings that were known already or overtaken
  circles: Link[]; // links whose parent would close a circle: kept without a parent
  unusable: readonly Sighting[]; // named a customer the org does not have, and became a new one
}

/**
 * Decides a batch: an unknown place becomes a customer at once, unless it was made for a customer we have; a known one
 * follows its newest sighting.
 */
export function judge(before: MasterBefore): MasterAfter {
  const after: MasterAfter = { created: [], updated: [], links: [], older: 0, circles: [], unusable: before.unusable };
  const joined = new Set<string>();
  const tree = new Tree(before.parents);
  const drafts = new Map<string, Customer>();
  for (const link of before.links) {
    const sighting = before.sightings.get(linkId(link));
    if (sighting !== undefined && sighting.version <= link.seenVersion) {
      after.older += 1;
      continue;
    }
    const known = drafts.get(link.customerId) ?? before.customers.get(link.customerId);
    if (sighting === undefined && known?.parentId !== null) continue; // waits for a parent no longer
    const base = known ?? unseen(link, before);
    const now = sighting === undefined ? link : { ...link, ...seenBy(sighting) };
    if (sighting !== undefined) after.links.push(now);
    if (sighting !== undefined && link.seenVersion === 0) joined.add(base.id);
    const seen = sighting === undefined ? base : { ...base, ...fieldsSeen(sighting, base) };
    const parentId = silentOnParent(link, now) ? base.parentId : placed(now, { before, tree, after });
    drafts.set(base.id, { ...seen, parentId });
  }
  for (const draft of drafts.values()) settle(draft, before.customers.get(draft.id), joined.has(draft.id), after);
  return after;
}

/** A place that never named a parent says nothing about one: a person, or another place, may have set it. */
const silentOnParent = (before: Link, now: Link): boolean =>
  before.parentExternalId === '' && now.parentExternalId === '';

interface Placing {
  before: MasterBefore;
  tree: Tree;
  after: MasterAfter;
}

const seenBy = (sighting: Sighting): Pick<Link, 'seenVersion' | 'parentExternalId'> => ({
  seenVersion: sighting.version,
  parentExternalId: sighting.parentExternalId,
});

/** The parent a link asks for; null at the top, while the parent is unknown, and where it would close a circle. */
function placed(link: Link, { before, tree, after }: Placing): string | null {
  const key = parentKey(link);
  const parentId = key === null ? null : (before.parentLinks.get(linkId(key)) ?? null);
  if (tree.hang(link.customerId, parentId)) return parentId;
  after.circles.push(link);
  tree.hang(link.customerId, null);
  return null;
}

/** A customer no one has seen before; its version becomes 1 when it is settled. */
function unseen(link: Link, { baseCurrency, newCode }: MasterBefore): Customer {
  return {
    id: link.customerId,
    orgId: link.orgId,
    version: 0,
    teriCode: newCode(),
    name: `${link.system} ${link.externalId}`,
    email: '',
    phone: '',
    currency: baseCurrency(link.orgId),
    parentId: null,
    active: true,
    otherCurrencyOf: null,
  };
}

/** @param joined a place was linked to it: readers must hear of that even when nothing else differs */
function settle(draft: Customer, known: Customer | undefined, joined: boolean, after: MasterAfter): void {
  if (known === undefined) after.created.push({ ...draft, version: 1 });
  else {
    const next = changed(known, draft);
    if (next !== known) after.updated.push(next);
    else if (joined) after.updated.push({ ...known, version: known.version + 1 });
  }
}
