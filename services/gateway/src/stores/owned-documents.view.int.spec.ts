import pg from 'pg';
import { versionId } from '@cashloop/events';
import { advanceVersions, currentEvents, placesOf, type Query } from '@cashloop/messaging/ops';
import { testDatabase } from '@cashloop/testkit';
import { documents } from '../gateway.module.ts';
import { migrations } from '../migrations/index.ts';

test('orgs are told under the id of their version, which can be advanced', async () => {
  const database = await testDatabase({ migrations });
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    await client.query(`insert into org values (1, 4, 'Local', 'Europe/Berlin', 'EUR', 'DE', '2026-02-01Z')`);
    const query: Query = async (sql, params = []) => (await client.query(sql, params)).rows as never[];
    const [org] = documents.kinds;
    const [event] = await currentEvents(query, org!, await placesOf(query, org!, undefined));
    expect(event).toMatchObject({ key: '1', id: versionId({ orgId: '1', subject: 'org/1', version: 4 }) });
    expect(JSON.parse(event!.value)).toMatchObject({ version: 4, base_currency: 'EUR', calendar: 'DE' });
    expect(await advanceVersions(query, org!, 6)).toBe(1);
    expect((await client.query('select version from org')).rows).toEqual([{ version: 10 }]);
  } finally {
    await client.end();
    await database.close();
  }
}, 60_000);
