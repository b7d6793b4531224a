/** A customer may be linked before it is first seen: after a restore, or when the books are read from the start. */
import type { DataSource } from 'typeorm';
import { createDataSource, TransactionRunner, type Tx } from '@cashloop/persistence';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import type { LedgerCustomer } from '../src/domain/ledger.ts';
import { migrations } from '../src/migrations/index.ts';
import { BooksStore } from '../src/stores/books.store.ts';
import { CustomerStore } from '../src/stores/customer.store.ts';
import { InvoiceLinkStore } from '../src/stores/invoice-link.store.ts';
import { ReleaseStore } from '../src/stores/release.store.ts';
import { aCustomer, anInvoice, aReading } from './facts.builders.ts';
import { until } from './running-service.ts';

let database: TestDatabase;
let dataSource: DataSource;
let runner: TransactionRunner;
let company = 0;
const [books, customers] = [new BooksStore(), new CustomerStore()];
const releases = new ReleaseStore(books, new InvoiceLinkStore());
const now = new Date('2026-11-22T10:00:00Z');

beforeAll(async () => {
  database = await testDatabase({ migrations });
  dataSource = await createDataSource({ url: database.url, migrations }).initialize();
  runner = new TransactionRunner(dataSource);
});
afterAll(async () => {
  await dataSource?.destroy();
  await database?.close();
});
beforeEach(() => void (company += 1));

const own = () => ({ orgId: '1', company: String(company) });
const run = <T>(fn: (tx: Tx) => Promise<T>) => runner.run(['1'], fn);
const read = async (externalId: string) =>
  (await run((tx) => books.lockCustomers(tx, own(), [externalId]))).get(externalId);
const see = (tx: Tx, ...externalIds: string[]) => {
  const seen = externalIds.map((externalId): LedgerCustomer => ({
    externalId,
    facts: aCustomer({ externalId }),
    readAt: now.toISOString(),
    version: 1,
    customerId: null,
    released: false,
  }));
  return books.saveCustomers(tx, own(), seen, null);
};
const link = (tx: Tx, customerId: string, ...externalIds: string[]) => {
  const links = externalIds.map((externalId) => ({ company: String(company), externalId }));
  const fields = { version: 1, teriCode: 'TERI-1', name: 'Ada', email: '', phone: '', currency: 'USD', active: true };
  return customers.link(tx, [{ orgId: '1', customerId, ...fields, links }], now);
};
/** The same transaction, in which something happens before this statement. */
const before = (tx: Tx, name: string, happens: () => Promise<void>): Tx =>
  new Proxy(tx, {
    get: (target, property) =>
      property === 'prepared'
        ? async (...[asked, ...rest]: Parameters<Tx['prepared']>) => {
            if (asked === name) await happens();
            return target.prepared(asked, ...rest);
          }
        : (Reflect.get(target, property) as unknown),
  });
const released = (...externalIds: string[]) =>
  run((tx) => releases.release(tx, own(), externalIds, { now, asOf: now, newChangeId: () => 'change' }));
const completed = async (...externalIds: string[]) =>
  (await released(...externalIds)).events.map(({ headers }) => headers['ce_type']);

test('a link that comes while the first sight is being saved: the customer has it', async () => {
  let linked: Promise<void> | undefined;
  let over = false;
  await run(async (tx) => {
    await see(tx, '1');
    linked = run((other) => link(other, '7', '1')).finally(() => (over = true));
    const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await until('the link', async () => over || (await dataSource.query<object[]>(waits)).length > 0);
  });
  await linked;
  expect(await read('1')).toMatchObject({ customerId: '7', version: 1, released: false });
});

test('a first sight that comes while the link is being saved: the customer has it', async () => {
  let seen: Promise<void> | undefined;
  await run(async (tx) => {
    await link(tx, '7', '1');
    seen = run((other) => see(other, '1'));
    const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await until('the sight', async () => (await dataSource.query<object[]>(waits)).length > 0);
  });
  await seen;
  expect(await read('1')).toMatchObject({ customerId: '7', version: 1, released: false });
});

test.each(['loadForReading', 'loadForParking'] as const)(
  'a link and a reading of the same customers, some of them new, do not wait for each other: %s',
  async (load) => {
    await run((tx) => see(tx, '1'));
    const facts = [aCustomer({ externalId: '1' }), aCustomer({ externalId: '2' })];
    let seen: Promise<void> | undefined;
    // The reading comes after the link has made its rows, and before it locks them.
    const readBetween = async (): Promise<void> => {
      seen = run(async (tx) => {
        const ledger = await books[load](tx, own(), aReading({ readAt: now.toISOString(), customers: facts }));
        await see(tx, '1', '2');
        expect(ledger.customers.get('2')).toMatchObject({ facts: null, version: 0, customerId: '7' });
      });
      seen.catch(() => undefined);
      const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await until('the reading', async () => (await dataSource.query<object[]>(waits)).length > 0);
    };
    await run((tx) => link(before(tx, 'customer_link_lock', readBetween), '7', '1', '2'));
    await seen;
    expect(await read('1')).toMatchObject({ customerId: '7', version: 1 });
    expect(await read('2')).toMatchObject({ customerId: '7', version: 1 });
  },
);

test('a document of a customer that was linked here before it was ever read: its row knows whose it is', async () => {
  const key = ['1', own().company, '3', '7'];
  await run((tx) =>
    tx.query('insert into customer_link (org_id, company, external_id, customer_id) values ($1, $2, $3, $4)', key),
  );
  const reading = aReading({ documents: [anInvoice({ customerExternalId: '3' })] });
  const ledger = await run((tx) => books.loadForReading(tx, own(), reading));
  expect(ledger.customers.get('3')).toMatchObject({ facts: null, version: 0, customerId: '7', released: false });
});

test('a linked customer that was never seen waits for its first sight, and holds up no other record', async () => {
  await run((tx) => link(tx, '7', '1', '2'));
  const waiting = () => run((tx) => releases.waiting(tx, own()));
  expect(await waiting()).toEqual([]);
  await run((tx) => see(tx, '1'));
  expect(await waiting()).toEqual([{ externalId: '1', documents: 0 }]);
  expect(await completed('1')).toEqual(['import_completed']);
});

test('one that only its parked documents name is waited for', async () => {
  await run((tx) => link(tx, '7', '1', '2'));
  const facts = anInvoice({ externalId: '10', customerExternalId: '2' });
  const document = {
    kind: 'invoice' as const,
    externalId: '10',
    documentId: '00000000-0000-4000-8000-000000000010',
    facts,
    readAt: now.toISOString(),
    deleted: false,
    observed: 'live' as const,
    acceptedDueDate: null,
    parked: true,
    published: null,
  };
  await run(async (tx) => {
    await see(tx, '1');
    await books.saveDocuments(tx, own(), [document], now);
  });
  expect(await completed('1')).toEqual([]);
  expect(await completed('2')).toEqual(['invoice_created', 'import_completed']);
});
