import { jest } from '@jest/globals';
import { Command } from 'commander';
import pg from 'pg';
import { versionId } from '@cashloop/events';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { register as registerRepublish } from '../republish.ts';
import { register as registerVersions } from '../versions.ts';
import { migrationsOf } from '../connect/service-code.ts';

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
