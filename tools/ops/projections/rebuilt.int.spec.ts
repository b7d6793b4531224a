import { jest } from '@jest/globals';
import { Command } from 'commander';
import pg from 'pg';
import { create, CreditHoldState_Scope, CreditHoldState_Severity, CreditHoldState_State } from '@cashloop/events';
import { CreditHoldStateSchema, customerKey, outgoing, topicDefs } from '@cashloop/events';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { testBroker, type TestBroker, testDatabase, type TestDatabase } from '@cashloop/testkit';
import { migrationsOf } from '../connect/service-code.ts';
import { register as registerProjections } from '../projections.ts';
import { register as registerReplay } from '../replay.ts';

const TOPIC = topicDefs.creditHold.name;
jest.setTimeout(120_000); // services are loaded on the way
let database: TestDatabase;
let broker: TestBroker;
let client: pg.Client;
let printed: string[];

beforeAll(async () => {
  [database, broker] = [await testDatabase({ migrations: await migrationsOf('gateway') }), await testBroker()];
  await broker.createTopics([topicDefs.creditHold]);
  Object.assign(process.env, {
    GATEWAY_DATABASE_URL: database.url,
    GATEWAY_MIGRATOR_URL: database.migratorUrl,
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
    CASHLOOP_OPERATOR: 'ada',
  });
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query(`insert into org values (1, 1, 'Local', 'UTC', 'USD', '', now())`);
  await Promise.all([placed('5'), placed('6')]);
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => void printed.push(String(line)));
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
}, 60_000);
beforeEach(() => {
  printed = [];
  process.exitCode = 0;
});
afterAll(() => void (process.exitCode = 0));
afterAll(async () => {
  await client.end();
  await Promise.all([database.close(), broker.close()]);
});

/** A hold on the topic, in the live feed and behind the live offset. */
async function placed(accountId: string): Promise<void> {
  const hold = create(CreditHoldStateSchema, {
    accountId,
    version: 1,
    holdId: accountId,
    state: CreditHoldState_State.HELD,
    severity: CreditHoldState_Severity.SOFT,
    scope: CreditHoldState_Scope.NEW_ORDERS,
    currency: 'USD',
    exposureMinor: '2',
    limitInForceMinor: '1',
    availableMinor: '-1',
    wayOutMinor: '1',
  });
  const fields = {
    orgId: '1',
    key: customerKey('1', accountId),
    subject: `credit_hold/${accountId}`,
    time: new Date(),
  };
  const event = outgoing(topicDefs.creditHold, 'credit_hold_placed', hold, fields);
  const kafka = kafkaBroker({ clientId: 'test', brokers: broker.brokers, prefix: broker.topicPrefix });
  const producer = await kafka.producer();
  await producer.send([{ ...event, headers: { ...event.headers, ce_source: 'credit-scoring' } }]);
  await producer.close();
  for (const { partition, end } of await kafka.offsets(TOPIC)) {
    await client.query(
      `insert into consumer_offset (projection, topic, partition, next_offset) values ('gateway-hold-feed', $1, $2, $3)
       on conflict (projection, topic, partition) do update set next_offset = greatest(consumer_offset.next_offset, excluded.next_offset)`,
      [TOPIC, partition, String(end)],
    );
  }
  await kafka.close();
  await client.query(`insert into hold_feed values (1, $1, $1, 1, true, '{}')`, [accountId]);
}

const ops = async (line: string): Promise<string> => {
  const program = new Command().exitOverride();
  for (const register of [registerProjections, registerReplay]) register(program);
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
  await program.parseAsync(words, { from: 'user' });
  return printed.join('\n');
};

const actions = async (): Promise<object[]> => {
  const { rows } = await client.query<{ value: string }>(
    `select value from outbox where topic = 'cashloop.ops.v1' order by id`,
  );
  return rows.map(({ value }) => JSON.parse(value) as object);
};

test('a projection is rebuilt, compared and removed', async () => {
  const report = await ops('replay --projection gateway-hold-feed');
  expect(report).toContain('2 records now, 0 events withheld');
  expect(report).toContain('The states agree.');
  expect(process.exitCode).toBe(0);
  await client.query('delete from outbox');
  printed = [];
  const drop = 'replay --projection gateway-hold-feed --drop --reason "compared, ticket 12"';
  const [, schema] = /^Schema (replay_gateway_hold_feed_\w+) is removed\.$/.exec(await ops(drop)) ?? [];
  const audited = { service: 'gateway', action: 'replay_dropped', target: `schema ${schema}` };
  expect(await actions()).toEqual([
    expect.objectContaining({ ...audited, reason: 'compared, ticket 12', performed_by: 'ada' }),
  ]);
  printed = [];
  expect(await ops(drop)).toMatch(/^There is no schema \w+: nothing was rebuilt\.$/);
  expect(await actions()).toHaveLength(1);
  await client.query('delete from outbox');
});

test('states that differ end with status 1 and say where', async () => {
  await client.query('update hold_feed set held = false where account_id = 6');
  const report = await ops('replay --projection gateway-hold-feed --filter customer=6');
  await client.query('update hold_feed set held = true where account_id = 6');
  expect(report).toContain('The states differ.');
  expect(report).toContain('- live    hold:1:6:1:f');
  expect(report).toContain('+ replay  hold:1:6:1:t');
  expect(process.exitCode).toBe(1);
});

test('a customer that nobody knows is no agreement', async () => {
  const report = await ops('replay --projection gateway-hold-feed --filter customer=999999');
  expect(report).toContain('Nothing is known of customer 999999');
  expect(report).not.toContain('agree');
  expect(process.exitCode).toBe(1);
});

test('the help of --drop says that live tables stay', () => {
  const program = new Command();
  registerReplay(program);
  const help = program.commands[0]?.helpInformation().replaceAll(/\s+/g, ' ');
  expect(help).toContain('remove the schema replay_... that the same options made; live tables stay as they are');
});

test.each([
  ['replay --projection nothing', 'There is no projection "nothing" to rebuild.'],
  ['replay --projection customer-master', 'customer-master of crm-sync is not rebuilt: its tables also hold'],
  ['replay --projection vault', 'vault of compliance is not rebuilt: it is the log itself'],
  ['replay --projection gateway-hold-feed --from soon', '"soon" is neither a time nor an offset.'],
  ['projections switch gateway --to nothing --reason x', 'The switch is refused: no projection "nothing"'],
])('%s is refused with a sentence', async (line, sentence) => {
  await expect(ops(line)).rejects.toThrow(sentence);
});

test('a projection built beside another is shown with its lag, switched and audited', async () => {
  await client.query(`insert into projection_switch values ('feed-2', 'gateway-hold-feed')`);
  await client.query(`insert into consumer_offset (projection, topic, partition, next_offset)
    select 'feed-2', topic, partition, 0 from consumer_offset`);
  const built = await ops('projections show gateway');
  expect(built).toMatch(/feed-2 .* 2 +│ built beside gateway-hold-feed +│ no /);
  expect(built).toMatch(/gateway-hold-feed .* live +│ yes /);
  await ops('projections switch gateway --to feed-2 --reason "new shape"');
  printed = [];
  const shown = await ops('projections gateway');
  expect(shown).toMatch(/feed-2 .* live/);
  expect(shown).toContain('replaced by feed-2; its handler may go');
  await client.query(
    `insert into dead_letter (projection, topic, partition, record_offset, headers, record_time, state, error_code, error)
     select 'gateway-hold-feed', $1, 0, n, '[]', 0, state, 'x', 'x'
     from unnest(array['retrying', 'parked', 'done', 'discarded']) with ordinality as letters (state, n)`,
    [TOPIC],
  );
  printed = [];
  expect(await ops('projections gateway')).toContain('replaced by feed-2; 2 dead letters first');
  expect(await actions()).toEqual([
    expect.objectContaining({ action: 'projection_switched', reason: 'new shape', performed_by: 'ada' }),
  ]);
}, 60_000);
