import fc from 'fast-check';
import type { Customer } from './customer.ts';
import { judge } from './master.ts';
import { linkId, newestOf } from './sighting.ts';
import type { Link, Sighting } from './sighting.ts';
import { Tree } from './tree.ts';
import { teriCode } from './teri-code.ts';

const aSighting = fc.record({
  orgId: fc.constant('1'),
  system: fc.constant('quickbooks'),
  company: fc.constantFrom('a', 'b'),
  externalId: fc.constantFrom('1', '2', '3', '4'),
  version: fc.integer({ min: 1, max: 5 }),
  name: fc.constantFrom('Ada', 'Bob', 'Cy'),
  email: fc.constant(''),
  phone: fc.constant(''),
  currency: fc.constant('USD'),
  parentExternalId: fc.constantFrom('', '1', '2', '3', '4'),
  active: fc.boolean(),
  customerId: fc.constant(''),
});

/** What the stores do, in memory. */
class Master {
  readonly links = new Map<string, Link>();
  readonly customers = new Map<string, Customer>();

  apply(batch: Sighting[]): Customer[] {
    const sightings = newestOf(batch);
    const fresh: Link[] = [];
    for (const [id, { orgId, system, company, externalId }] of sightings) {
      if (this.links.has(id)) continue;
      const link = {
        orgId,
        system,
        company,
        externalId,
        customerId: String(this.links.size + 1),
        parentExternalId: '',
        seenVersion: 0,
      };
      this.links.set(id, link);
      fresh.push(link);
    }
    const claimed = [...sightings.keys()].map((id) => this.links.get(id)!);
    const waiting = [...this.links.values()].filter(
      (link) =>
        !sightings.has(linkId(link)) &&
        fresh.some((parent) => parent.company === link.company && parent.externalId === link.parentExternalId),
    );
    const after = judge({
      sightings,
      links: [...claimed, ...waiting],
      parentLinks: new Map([...this.links].map(([id, link]) => [id, link.customerId])),
      customers: this.customers,
      parents: new Map([...this.customers].map(([id, customer]) => [id, customer.parentId])),
      baseCurrency: () => 'USD',
      newCode: () => 'TERI-00000000',
      unusable: [],
    });
    for (const link of after.links) this.links.set(linkId(link), link);
    for (const customer of [...after.created, ...after.updated]) this.customers.set(customer.id, customer);
    return [...after.created, ...after.updated];
  }
}

test('every place has one customer, versions rise by one, and no tree holds a circle', () => {
  fc.assert(
    fc.property(fc.array(fc.array(aSighting, { maxLength: 6 }), { maxLength: 8 }), (batches) => {
      const master = new Master();
      for (const batch of batches) {
        const versions = new Map([...master.customers].map(([id, customer]) => [id, customer.version]));
        for (const customer of master.apply(batch)) expect(customer.version).toBe((versions.get(customer.id) ?? 0) + 1);
      }
      expect(master.customers.size).toBe(new Set(batches.flat().map(linkId)).size);
      const tree = new Tree([...master.customers].map(([id, customer]) => [id, customer.parentId]));
      for (const id of master.customers.keys()) expect(tree.hang('new', id)).toBe(true);
    }),
  );
});

test('applying the same batch again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(aSighting, { maxLength: 8 }), (batch) => {
      const master = new Master();
      master.apply(batch);
      expect(master.apply(batch)).toEqual([]);
    }),
  );
});

test('a TERI code always has the same shape', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 8 }), (bytes) =>
      /^TERI-[0-9A-HJKMNP-TV-Z]{8}$/.test(teriCode(bytes)),
    ),
  );
});
