import { jest } from '@jest/globals';
import { Command } from 'commander';
import pg from 'pg';
import { create, OrgStateSchema, outgoing, topicDefs, versionId } from '@cashloop/events';
import { type OwnedDocuments, type OwnedKind, ownedKind } from '@cashloop/messaging/ops';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { register as registerRepublish } from '../republish.ts';
import { register as registerVersions } from '../versions.ts';
import { migrationsOf } from '../connect/service-code.ts';
import { documentsOf, inAllOrgs } from './owned.ts';
import { standStill } from './standstill.ts';
import { type Found, found, sendAgain } from './send-again.ts';

let database: TestDatabase;
let client: pg.Client;
let printed: string[];

beforeAll(async () => {
  database = await testDatabase({ migrations: await migrationsOf('gateway') });
  process.env['GATEWAY_DATABASE_URL'] = database.url;
  process.env['CASHLOOP_OPERATOR'] = 'ada';
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query(`insert into org values (1, 4, 'Local', 'Europe/Berlin', 'EUR', 'DE', '2026-02-01Z'),
    (2, 1, 'Second', 'UTC', 'USD', '', '2026-02-01Z')`);
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => void printed.push(String(line)));
}, 60_000);
beforeEach(() => void (printed = []));
afterEach(() => client.query('delete from outbox'));
afterAll(async () => {
  await client.end();
  await database.close();
});

const ops = async (line: string): Promise<string> => {
  const program = new Command().exitOverride();
  for (const register of [registerRepublish, registerVersions]) register(program);
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
  await program.parseAsync(words, { from: 'user' });
  return printed.join('\n');
};

interface Stored {
  topic: string;
  headers: Record<string, string>;
  value: string;
}
const stored = async (topic: string): Promise<Stored[]> =>
  (await client.query<Stored>('select topic, headers, value from outbox where topic = $1 order by id', [topic])).rows;
const actions = async (): Promise<object[]> =>
  (await stored('cashloop.ops.v1')).map(({ value }) => {
    const { action, target, reason, performed_by } = JSON.parse(value) as Record<string, string>;
    return { action, target, reason, performed_by };
  });

test('a dry run counts and stores nothing', async () => {
  expect(await ops('republish --service gateway --dry-run')).toBe('org: 2 would be sent again');
  expect((await client.query('select 1 from outbox')).rows).toEqual([]);
});

test('documents go through the outbox with the id and version they have, and the audit knows why', async () => {
  expect(await ops('republish --service gateway --type org --reason "reader lost a day"')).toContain(
    'org: 2 stored in the outbox',
  );
  const events = await stored('cashloop.org.v1');
  expect(events.map(({ headers }) => [headers['ce_id'], headers['ce_source'], headers['ce_subject']])).toEqual([
    [versionId({ orgId: '1', subject: 'org/1', version: 4 }), 'gateway', 'org/1'],
    [versionId({ orgId: '2', subject: 'org/2', version: 1 }), 'gateway', 'org/2'],
  ]);
  expect(await actions()).toEqual([
    { action: 'republished', target: 'org 2', reason: 'reader lost a day', performed_by: 'ada' },
  ]);
});

test('versions are raised, once and audited', async () => {
  expect(await ops('versions advance --service gateway --by 100 --reason "restored 02:00"')).toContain(
    'org: 2 raised by 100',
  );
  const { rows } = await client.query('select version from org order by id');
  expect(rows).toEqual([{ version: 104 }, { version: 101 }]);
  expect(await actions()).toEqual([
    { action: 'versions_advanced', target: 'org 2: by 100', reason: 'restored 02:00', performed_by: 'ada' },
  ]);
});

test('versions are not raised while the service runs', async () => {
  const running = new pg.Client({ connectionString: database.url, application_name: 'gateway leader' });
  await running.connect();
  const advance = 'versions advance --service gateway --by 100 --reason "restored 02:00"';
  await expect(ops(advance)).rejects.toThrow('gateway runs: its login has sessions of gateway leader.');
  await running.end();
  expect((await client.query('select version from org order by id')).rows).toEqual([
    { version: 104 },
    { version: 101 },
  ]);
  expect(await actions()).toEqual([]);
});

test('one that starts meanwhile waits with its rows until all versions are raised', async () => {
  const documents = await documentsOf('gateway');
  const waits = { code: '55P03' };
  await client.query(`set lock_timeout = '50ms'`);
  await inAllOrgs(documents, async (_, query) => {
    await standStill(query, documents);
    await expect(client.query('select from org for update')).rejects.toMatchObject(waits);
    await expect(client.query('update org set name = name')).rejects.toMatchObject(waits);
    expect((await client.query('select from org')).rowCount).toBe(2);
  });
  await client.query('reset lock_timeout');
});

/** What is found now, sent after `meanwhile`. */
async function sentAfter(documents: OwnedDocuments, meanwhile: () => Promise<unknown>): Promise<object> {
  const [orgs] = await found(documents, documents.kinds, undefined);
  await meanwhile();
  return sendAgain(documents, orgs as Found, () => undefined);
}
const subjects = async (): Promise<(string | undefined)[]> =>
  (await stored('cashloop.org.v1')).map(({ headers }) => headers['ce_subject']);

describe('beside a running service', () => {
  test('a row that was written again without a new version is sent all the same', async () => {
    const documents = await documentsOf('gateway');
    const sent = await sentAfter(documents, () => client.query('update org set name = name where id = 1'));
    expect(sent).toEqual({ stored: 2, replaced: 0, untold: 0 });
    expect(await subjects()).toEqual(['org/1', 'org/2']);
  });

  test('so is one that is being written while its page waits for it, with what it says then', async () => {
    const documents = await documentsOf('gateway');
    const other = new pg.Client({ connectionString: database.adminUrl });
    await other.connect();
    await other.query('begin');
    await other.query(`update org set name = 'Renamed' where id = 1`);
    const sending = sentAfter(documents, () => Promise.resolve());
    const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'cashloop ops'
      and datname = current_database()`;
    while ((await client.query(waits)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await other.query('commit');
    await other.end();
    expect(await sending).toEqual({ stored: 2, replaced: 0, untold: 0 });
    const [org] = await stored('cashloop.org.v1');
    expect(JSON.parse(org?.value ?? '')).toMatchObject({ org_id: '1', name: 'Renamed' });
    await client.query(`update org set name = 'Local' where id = 1`);
  });

  test('one that is no document any more is counted, not sent', async () => {
    const documents: OwnedDocuments = {
      ...(await documentsOf('gateway')),
      kinds: [{ ...((await documentsOf('gateway')).kinds[0] as OwnedKind), told: `org.name <> 'Second'` }],
    };
    await client.query(`update org set name = 'Other' where id = 2`);
    const sent = await sentAfter(documents, () => client.query(`update org set name = 'Second' where id = 2`));
    expect(sent).toEqual({ stored: 1, replaced: 1, untold: 0 });
    expect(await subjects()).toEqual(['org/1']);
  });

  test('a document whose row lacks what belongs to it is no silence', async () => {
    const half = ownedKind<{ id: string }>({
      kind: 'org',
      table: 'org',
      told: 'true',
      columns: 'org.id',
      joins: 'join (select 2 as id) two on two.id = org.id',
      event: ({ id: orgId }) => {
        const state = create(OrgStateSchema, { orgId, version: 1, name: '', timeZone: 'UTC', baseCurrency: 'USD' });
        const fields = { orgId, key: orgId, subject: `org/${orgId}`, time: new Date() };
        return outgoing(topicDefs.org, 'org_upserted', state, fields);
      },
    });
    const documents = { ...(await documentsOf('gateway')), kinds: [half] };
    expect(await sentAfter(documents, () => Promise.resolve())).toEqual({ stored: 1, replaced: 0, untold: 1 });
  });
});

test.each([
  ['republish --service gateway', 'It is not said why.'],
  ['republish --service gateway --type invoice --dry-run', 'gateway owns no documents of type "invoice".'],
  ['republish --service compliance --dry-run', 'compliance owns no documents.'],
  ['republish --service gateway --customer x --dry-run', '"x" is no customer id.'],
  ['versions advance --service gateway --by 0 --reason x', '"0" is not a number of versions.'],
  ['versions advance --service nobody --by 1 --reason x', 'There is no service "nobody".'],
])('%s is refused with a sentence', async (line, sentence) => {
  await expect(ops(line)).rejects.toThrow(sentence);
});
