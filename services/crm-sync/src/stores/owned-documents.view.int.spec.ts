import pg from 'pg';
import { versionId } from '@cashloop/events';
import { advanceVersions, currentEvents, placesOf, type Query } from '@cashloop/messaging/ops';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { documents } from '../crm-sync.module.ts';
import { migrations } from '../migrations/index.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase({ migrations });
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query(`
    insert into customer (id, org_id, version, teri_code, name, email, phone, currency, parent_id, active, created_at, updated_at)
    values (5, 1, 3, 'TERI-5', 'Five', 'five@example.com', '', 'EUR', null, true, '2026-01-01Z', '2026-02-01Z'),
      (6, 1, 1, 'TERI-6', 'Six', '', '', '', 5, false, '2026-01-01Z', '2026-01-01Z');
    insert into customer_link values (1, 'quickbooks', '9', 'b', 5, '', 1), (1, 'quickbooks', '9', 'a', 5, '', 1)`);
}, 60_000);
afterAll(async () => {
  await client.end();
  await database.close();
});

const query: Query = async (sql, params = []) => (await client.query(sql, params)).rows as never[];
const [customer] = documents.kinds;

test('customers are told with their links, under the id of their version', async () => {
  const [five, six] = await currentEvents(query, customer!, await placesOf(query, customer!, undefined));
  expect(five).toMatchObject({
    id: versionId({ orgId: '1', subject: 'customer/5', version: 3 }),
    key: '1:5',
    headers: { ce_time: '2026-02-01T00:00:00.000Z' },
  });
  expect(JSON.parse(five!.value)).toMatchObject({
    version: 3,
    name: 'Five',
    parent_customer_id: '',
    links: [
      { system: 'quickbooks', company: '9', external_id: 'a' },
      { system: 'quickbooks', company: '9', external_id: 'b' },
    ],
  });
  expect(JSON.parse(six!.value)).toMatchObject({ version: 1, parent_customer_id: '5', active: false, links: [] });
});

test('one customer can be asked for, and versions can be advanced', async () => {
  expect(await placesOf(query, customer!, ['6'])).toHaveLength(1);
  expect(await advanceVersions(query, customer!, 10)).toBe(2);
  expect((await client.query('select version from customer order by id')).rows).toEqual([
    { version: 13 },
    { version: 11 },
  ]);
});
