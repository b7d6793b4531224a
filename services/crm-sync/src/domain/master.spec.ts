import { changed } from './customer.ts';
import type { Customer } from './customer.ts';
import { judge } from './master.ts';
import type { MasterBefore } from './master.ts';
import { linkId, newestOf } from './sighting.ts';
import type { Link, Sighting } from './sighting.ts';
import { teriCode } from './teri-code.ts';

const sighting = (change: Partial<Sighting> = {}): Sighting => ({
  orgId: '1',
  system: 'quickbooks',
  company: '77',
  externalId: '5',
  version: 1,
  name: 'Ada',
  email: 'ada@example.com',
  phone: '',
  currency: 'EUR',
  parentExternalId: '',
  active: true,
  customerId: '',
  ...change,
});
const link = (change: Partial<Link> = {}): Link => ({
  orgId: '1',
  system: 'quickbooks',
  company: '77',
  externalId: '5',
  customerId: '10',
  parentExternalId: '',
  seenVersion: 0,
  ...change,
});
const customer = (change: Partial<Customer> = {}): Customer => ({
  id: '10',
  orgId: '1',
  version: 3,
  teriCode: 'TERI-00000000',
  name: 'Ada',
  email: 'ada@example.com',
  phone: '',
  currency: 'EUR',
  parentId: null,
  active: true,
  otherCurrencyOf: null,
  ...change,
});
const given = (sightings: Sighting[], change: Partial<MasterBefore> = {}): MasterBefore => ({
  sightings: newestOf(sightings),
  links: [],
  parentLinks: new Map(),
  customers: new Map(),
  parents: new Map(),
  baseCurrency: () => 'USD',
  newCode: () => 'TERI-NEW00000',
  unusable: [],
  ...change,
});
const known = (...customers: Customer[]): Pick<MasterBefore, 'customers' | 'parents'> => ({
  customers: new Map(customers.map((one) => [one.id, one])),
  parents: new Map(customers.map((one) => [one.id, one.parentId])),
});

test('an unknown place becomes a customer at once', () => {
  const after = judge(given([sighting()], { links: [link()] }));
  expect(after.created).toEqual([customer({ version: 1, teriCode: 'TERI-NEW00000' })]);
  expect(after.links).toEqual([link({ seenVersion: 1 })]);
});

test('without a currency it gets the base currency of its org, without a name the name of its place', () => {
  const after = judge(given([sighting({ currency: '', name: '' })], { links: [link()] }));
  expect(after.created[0]).toMatchObject({ currency: 'USD', name: 'quickbooks 5' });
});

test('a newer sighting raises the version by one', () => {
  const before = given([sighting({ version: 4, name: 'Ada L' })], {
    links: [link({ seenVersion: 3 })],
    ...known(customer()),
  });
  expect(judge(before).updated).toEqual([customer({ version: 4, name: 'Ada L' })]);
});

test('an older or a repeated sighting changes nothing', () => {
  const after = judge(
    given([sighting({ version: 3, name: 'Old' })], { links: [link({ seenVersion: 3 })], ...known(customer()) }),
  );
  expect(after).toEqual({ created: [], updated: [], links: [], older: 1, circles: [], unusable: [] });
});

test('a newer sighting that says the same is remembered and announced to nobody', () => {
  const after = judge(given([sighting({ version: 9 })], { links: [link({ seenVersion: 3 })], ...known(customer()) }));
  expect(after.updated).toEqual([]);
  expect(after.links).toEqual([link({ seenVersion: 9 })]);
});

test('parent and child that come together are made together, whatever their order', () => {
  const child = sighting({ externalId: '5', parentExternalId: '4' });
  const parent = sighting({ externalId: '4' });
  for (const links of [
    [link(), link({ externalId: '4', customerId: '9' })],
    [link({ externalId: '4', customerId: '9' }), link()],
  ]) {
    const after = judge(given([child, parent], { links, parentLinks: new Map([[linkId(parent), '9']]) }));
    expect(after.created.find((one) => one.id === '10')).toMatchObject({ parentId: '9', version: 1 });
  }
});

test('a child that came first gets its parent when the parent comes', () => {
  const waiting = link({ externalId: '6', customerId: '11', parentExternalId: '5', seenVersion: 1 });
  const before = given([sighting()], {
    links: [link(), waiting],
    parentLinks: new Map([[linkId(sighting()), '10']]),
    ...known(customer({ id: '11' })),
  });
  expect(judge(before).updated).toEqual([customer({ id: '11', parentId: '10', version: 4 })]);
});

test('a circle is not closed', () => {
  const top = customer({ id: '10', parentId: null });
  const below = customer({ id: '11', parentId: '10' });
  const before = given([sighting({ version: 2, parentExternalId: '6' })], {
    links: [link({ seenVersion: 1 })],
    parentLinks: new Map([[linkId(sighting({ externalId: '6' })), '11']]),
    ...known(top, below),
  });
  const after = judge(before);
  expect(after.updated).toEqual([]);
  expect(after.circles).toHaveLength(1);
});

test('a place made for a customer is linked to it, told even when nothing else differs, and told once', () => {
  const child = customer({ parentId: '9' });
  const before = given([sighting({ customerId: '10' })], { links: [link()], ...known(child, customer({ id: '9' })) });
  const after = judge(before);
  expect(after.created).toEqual([]);
  expect(after.updated).toEqual([{ ...child, version: 4 }]);
  const again = judge({ ...before, links: after.links, ...known(after.updated[0]!, customer({ id: '9' })) });
  expect(again).toMatchObject({ created: [], updated: [], older: 1 });
});

test('a place that never named a parent leaves the one that stands; one that drops its parent takes it away', () => {
  const child = customer({ parentId: '9' });
  const news = [sighting({ version: 2 })];
  const silent = given(news, { links: [link({ seenVersion: 1 })], ...known(child, customer({ id: '9' })) });
  expect(judge(silent).updated).toEqual([]);
  const links = [link({ seenVersion: 1, parentExternalId: '4' })];
  const dropped = given(news, { links, ...known(child, customer({ id: '9' })) });
  expect(judge(dropped).updated).toEqual([customer({ parentId: null, version: 4 })]);
});

test('a change of nothing is no change', () => {
  const before = customer();
  expect(changed(before, { name: 'Ada' })).toBe(before);
});

test('a TERI code spells 40 bits', () => {
  expect(teriCode(new Uint8Array(5))).toBe('TERI-00000000');
  expect(teriCode(new Uint8Array(5).fill(255))).toBe('TERI-ZZZZZZZZ');
});
