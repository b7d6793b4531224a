import { createDataSource, TransactionRunner } from '@cashloop/persistence';
import { create, ExternalCustomerStateSchema } from '@cashloop/events';
import type { Event, ExternalCustomerState, OutgoingEvent } from '@cashloop/events';
import type { HandlerContext } from '@cashloop/messaging';
import { testDatabase } from '@cashloop/testkit';
import type { TestDatabase } from '@cashloop/testkit';
import { register } from 'prom-client';
import type { DataSource } from 'typeorm';
import { migrations } from '../migrations/index.ts';
import { CustomerLinkStore } from '../stores/customer-link.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { MergeProposalStore } from '../stores/merge-proposal.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { OnCustomerSightings } from './on-customer-sightings.ts';

let database: TestDatabase;
let dataSource: DataSource;
let runner: TransactionRunner;
const orgs = new OrgStore();
const handler = new OnCustomerSightings(new CustomerStore(), new CustomerLinkStore(), orgs, new MergeProposalStore());
const warned: object[] = [];
const log = { debug() {}, info() {}, warn: (what: object) => warned.push(what), error() {}, child: () => log };
const unusable = async (): Promise<number> => {
  const metric = register.getSingleMetric('cashloop_crm_sync_sightings_customer_unusable_total');
  return (await metric!.get()).values[0]!.value;
};

beforeAll(async () => {
  database = await testDatabase({ migrations });
  dataSource = await createDataSource({ url: database.url, migrations }).initialize();
  runner = new TransactionRunner(dataSource);
});
afterAll(async () => {
  await dataSource?.destroy();
  await database?.close();
});

type Seen = Partial<Omit<ExternalCustomerState, '$typeName' | '$unknown'>>;
let company = 0;
beforeEach(() => void (company += 1));

const seen = (externalId: string, change: Seen = {}, orgId = '1') =>
  ({
    orgId,
    data: create(ExternalCustomerStateSchema, {
      system: 'quickbooks',
      company: String(company),
      externalId,
      version: 1,
      name: `Customer ${company}-${externalId}`,
      currency: 'EUR',
      active: true,
      ...change,
    }),
  }) as Event<ExternalCustomerState>;

interface Upserted {
  customer_id: string;
  parent_customer_id: string;
  teri_code: string;
  links: { external_id: string }[];
  key: string;
  org_id: string;
}

async function apply(events: Event<ExternalCustomerState>[]): Promise<Upserted[]> {
  const orgIds = [...new Set(events.map((event) => event.orgId))];
  const out: OutgoingEvent[] = await runner.run(orgIds, (tx) =>
    handler.handle(events, { tx, now: new Date('2026-01-15T12:00:00Z'), log } as HandlerContext),
  );
  return out.map((event) => ({ ...(JSON.parse(event.value) as Upserted), key: event.key, org_id: event.orgId }));
}

test('an unknown customer is created at once, with its link and a TERI code', async () => {
  const [customer] = await apply([seen('5', { email: 'ada@example.com' })]);
  expect(customer).toMatchObject({
    version: 1,
    name: `Customer ${company}-5`,
    currency: 'EUR',
    parent_customer_id: '',
    active: true,
    links: [{ system: 'quickbooks', company: String(company), external_id: '5' }],
  });
  expect(customer!.key).toBe(`1:${customer!.customer_id}`);
  expect(customer!.teri_code).toMatch(/^TERI-[0-9A-Z]{8}$/);
});

test('a newer sighting updates, an older and a repeated one say nothing', async () => {
  const [first] = await apply([seen('5')]);
  const [second] = await apply([seen('5', { version: 3, name: 'New' })]);
  expect(second).toMatchObject({
    customer_id: first!.customer_id,
    teri_code: first!.teri_code,
    version: 2,
    name: 'New',
  });
  expect(await apply([seen('5', { version: 2, name: 'Old' }), seen('5', { version: 3, name: 'New' })])).toEqual([]);
});

test('parents are resolved in a batch, later, and when a sighting moves the child', async () => {
  const batch = await apply([seen('2', { parentExternalId: '1' }), seen('1'), seen('3', { parentExternalId: '9' })]);
  const idOf = (events: Upserted[], externalId: string): Upserted =>
    events.find((event) => event.links[0]!.external_id === externalId)!;
  expect(idOf(batch, '2')).toMatchObject({ version: 1, parent_customer_id: idOf(batch, '1').customer_id });
  expect(idOf(batch, '3').parent_customer_id).toBe('');
  const late = await apply([seen('9')]);
  expect(idOf(late, '3')).toMatchObject({ version: 2, parent_customer_id: idOf(late, '9').customer_id });
  const moved = await apply([seen('2', { version: 2, parentExternalId: '9' })]);
  expect(moved).toEqual([expect.objectContaining({ version: 2, parent_customer_id: idOf(late, '9').customer_id })]);
});

test('a circle of parents is not closed', async () => {
  await apply([seen('1'), seen('2', { parentExternalId: '1' })]);
  expect(await apply([seen('1', { version: 2, parentExternalId: '2' })])).toEqual([]);
});

test('a place that a sync service made for a customer is linked to it, once', async () => {
  const [own] = await apply([seen('5', { company: `other-${company}`, name: 'Own' })]);
  const sighting = seen('8', { name: 'Own', customerId: own!.customer_id });
  const linked = await apply([sighting]);
  expect(linked).toEqual([expect.objectContaining({ customer_id: own!.customer_id, version: 2 })]);
  expect(linked[0]!.links.map((link) => link.external_id).sort()).toEqual(['5', '8']);
  expect(await apply([sighting])).toEqual([]);
  const [newer] = await apply([seen('8', { name: 'Owen', version: 2, customerId: own!.customer_id })]);
  expect(newer).toMatchObject({ customer_id: own!.customer_id, version: 3, name: 'Owen' });
  const pairs = await runner.read(['1'], (tx) =>
    tx.query(`select 1 from merge_proposal where customer_id = $1 or other_customer_id = $1`, [own!.customer_id]),
  );
  expect(pairs).toEqual([]);
});

test('a link that stands wins over the customer a sighting names', async () => {
  const [first, other] = await apply([seen('5'), seen('6')]);
  const [next] = await apply([seen('5', { version: 2, name: 'New', customerId: other!.customer_id })]);
  expect(next).toMatchObject({ customer_id: first!.customer_id, name: 'New' });
});

test('an unknown, a foreign and a senseless customer id are ignored, logged and counted; a customer is made', async () => {
  const [foreign] = await apply([seen('5', {}, '2')]);
  const before = await unusable();
  warned.length = 0;
  const ids = [foreign!.customer_id, '999999999999', 'x; drop', '99999999999999999999'];
  const batch = ids.map((customerId, i) => seen(String(50 + i), { customerId }));
  const out = await apply([...batch, seen('60', {}, '2')]);
  expect(out).toHaveLength(5);
  expect(out.filter((one) => ids.includes(one.customer_id))).toEqual([]);
  expect([(await unusable()) - before, warned.length]).toEqual([4, 4]);
  expect(await apply(batch)).toEqual([]);
  expect(await unusable()).toBe(before + 4);
});

test('orgs do not meet, in a batch of both', async () => {
  const out = await apply([seen('5'), seen('5', {}, '2')]);
  expect(out.map((event) => event.org_id).sort()).toEqual(['1', '2']);
  const rows = await runner.read(['2'], (tx) => tx.query(`select distinct org_id from customer`));
  expect(rows).toEqual([{ org_id: '2' }]);
});

test('without a currency a customer gets the base currency of its org', async () => {
  await runner.run(['7'], (tx) => orgs.keepNewest(tx, [{ orgId: '7', version: 2, baseCurrency: 'GBP' }]));
  await runner.run(['7'], (tx) => orgs.keepNewest(tx, [{ orgId: '7', version: 1, baseCurrency: 'CHF' }]));
  expect((await apply([seen('5', { currency: '' }, '7')]))[0]).toMatchObject({ currency: 'GBP' });
});

test('a doubtful pair is proposed for merging and delays nothing', async () => {
  await apply([seen('1', { name: 'Same Name', email: 'x@example.com' })]);
  const out = await apply([seen('2', { name: 'same name' }), seen('3', { email: 'X@example.com' })]);
  expect(out).toHaveLength(2);
  const pairs = await runner.read(['1'], (tx) => tx.query(`select reason from merge_proposal order by reason`));
  expect(pairs).toEqual([{ reason: 'same_email' }, { reason: 'same_name' }]);
});

test('two writers at once, one with the parent, one with the child, leave no child without its parent', async () => {
  await Promise.all([apply([seen('2', { parentExternalId: '1' })]), apply([seen('1')])]);
  const rows = await runner.read(['1'], (tx) =>
    tx.query(
      `select count(*)::int n from customer join customer_link link on link.customer_id = customer.id
        where company = $1 and parent_id is not null`,
      [String(company)],
    ),
  );
  expect(rows).toEqual([{ n: 1 }]);
});

test('a first import of 6,000 customers takes a second or two', async () => {
  const all = Array.from({ length: 6000 }, (_, i) =>
    seen(String(i), { email: `c${i}@example.com`, parentExternalId: i % 5 === 1 ? String(i - 1) : '' }),
  );
  const started = performance.now();
  for (let from = 0; from < all.length; from += 1000) await apply(all.slice(from, from + 1000));
  const tookMs = performance.now() - started;
  expect(tookMs).toBeLessThan(8000);
}, 30_000);
