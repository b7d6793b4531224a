import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { Command } from 'commander';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { create, OrgStateSchema, outgoing, topicDefs } from '@cashloop/events';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { testBroker, type TestBroker, testDatabase, type TestDatabase, tokenMaker } from '@cashloop/testkit';
import { migrationsOf } from '../connect/service-code.ts';
import { register as registerDeadLetters } from '../dead-letters.ts';
import { register as registerOffsets } from '../offsets.ts';
import { register as registerOutbox } from '../outbox.ts';
import { ServiceProcess } from './service-process.ts';

/** credit-scoring runs, gets stuck, and goes on by itself once the operator has said so: its copy of the orgs shows it. */
jest.setTimeout(180_000);

const ORG = topicDefs.org.name;
const HOLDS = topicDefs.creditHold.name;
let database: TestDatabase;
let broker: TestBroker;
let kafka: kafkajs.Kafka;
let reader: kafkajs.Consumer;
let admin: pg.Client;
let service: ServiceProcess;
let printed: string[];
/** What came out of the service on the two topics that are read here, oldest first. */
const actions: object[] = [];
const holds: string[] = [];

beforeAll(async () => {
  const migrations = await migrationsOf('credit-scoring');
  const keys = await tokenMaker();
  [database, broker] = [await testDatabase({ migrations }), await testBroker()];
  Object.assign(process.env, {
    CREDIT_SCORING_DATABASE_URL: database.url,
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
    CASHLOOP_OPERATOR: 'ada',
  });
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await broker.createTopics(Object.values(topicDefs));
  kafka = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  await readOn();
  const own = { NODE_ENV: 'test', LOG_LEVEL: 'warn', PORT: '0', KAFKA_REPLICATION: '1' };
  service = new ServiceProcess('credit-scoring', { ...own, GATEWAY_PUBLIC_KEY: keys.publicKeyPem });
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => void printed.push(String(line)));
}, 60_000);
beforeEach(() => {
  printed = [];
  service.start();
});
afterEach(() => service.stop());
afterAll(async () => {
  await Promise.all([reader.disconnect(), admin.end()]);
  await Promise.all([database.close(), broker.close()]);
}, 60_000);

/** Reads what the service sends, from now on. */
async function readOn(): Promise<void> {
  reader = kafka.consumer({ groupId: `${broker.topicPrefix}reader` });
  await reader.connect();
  const topics = [topicDefs.ops.name, HOLDS].map((topic) => broker.topicPrefix + topic);
  await reader.subscribe({ topics, fromBeginning: true });
  await reader.run({
    eachMessage: async ({ topic, message: { value, key } }) => {
      if (topic.endsWith(HOLDS)) holds.push(String(value));
      else actions.push({ key: String(key), ...(JSON.parse(String(value)) as object) });
    },
  });
}

const ops = async (line: string): Promise<string> => {
  const program = new Command().exitOverride();
  for (const register of [registerOffsets, registerDeadLetters, registerOutbox]) register(program);
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
  await program.parseAsync(words, { from: 'user' });
  return printed.join('\n');
};
const setOffsets = (to: string): Promise<string> =>
  ops(`offsets set credit-scoring --projection credit-orgs --topic ${ORG} --to ${to} --reason "ticket 12"`);

async function told(...orgIds: string[]): Promise<void> {
  const { brokers, topicPrefix: prefix } = broker;
  const sender = kafkaBroker({ clientId: 'gateway', brokers, prefix });
  const producer = await sender.producer();
  const events = orgIds.map((orgId) => {
    const org = create(OrgStateSchema, { orgId, version: 1, name: 'Org', timeZone: 'UTC', baseCurrency: 'USD' });
    const fields = { orgId, key: orgId, subject: `org/${orgId}`, time: new Date() };
    return outgoing(topicDefs.org, 'org_upserted', org, fields);
  });
  await producer.send(events.map((event) => ({ ...event, headers: { ...event.headers, ce_source: 'gateway' } })));
  await producer.close();
  await sender.close();
}

async function column(sql: string): Promise<string[]> {
  const { rows } = await admin.query<{ it: string }>(sql);
  return rows.map(({ it }) => it);
}
const orgs = (): Promise<string[]> => column('select org_id::text it from org order by org_id');
const knows = (...wanted: string[]): Promise<void> =>
  service.until(`knows orgs ${wanted.join()}`, async () => {
    const known = new Set(await orgs());
    return wanted.every((org) => known.has(org));
  });
const stops = (): Promise<string[]> =>
  column(
    `select stopped_reason it from consumer_offset where projection = 'credit-orgs' and stopped_reason is not null`,
  );
const next = async (): Promise<string> =>
  (await column(`select next_offset::text it from consumer_offset where projection = 'credit-orgs'`)).join();
const runsAt = (offset: string): Promise<void> =>
  service.until(`credit-orgs stands at ${offset}`, async () => {
    return (await next()) === offset && (await stops()).length === 0;
  });
const isAudited = (action: string, target: string, org = '1', reason = 'ticket 12'): Promise<void> =>
  service.until(`${action} of ${target} on the ops topic`, async () => {
    const wanted = { key: `${org}:credit-scoring`, action, target, reason, performed_by: 'ada' };
    return actions.some((one) => Object.entries(wanted).every(([name, value]) => Reflect.get(one, name) === value));
  });

test('a topic that was made again: from its start, when the operator says so', async () => {
  await told('1', '2');
  await knows('1', '2');
  await service.stop();
  await broker.deleteTopic(ORG);
  await broker.createTopics([topicDefs.org]);
  await told('3', '4', '5', '6');
  service.start();
  await service.until('the partition stops', async () => (await stops()).length === 1);
  expect(await orgs()).toEqual(['1', '2']);
  expect(await ops('offsets show credit-scoring')).toContain('the topic was made again');

  const { pid } = service;
  await setOffsets('start');
  await knows('3', '4', '5', '6');
  await runsAt('4');
  await isAudited('offsets_set', `credit-orgs ${ORG}/0: 2 -> 0`);
  expect(service.pid).toBe(pid);
});

test('a last record that the broker lost: on from where it stands, when the operator says so', async () => {
  await told('7');
  await knows('7');
  await service.stop();
  const at = await next();
  await cut(at);
  await told('8');
  service.start();
  await service.until('the partition stops', async () => (await stops()).length === 1);
  const [reason] = await stops();
  expect(reason).toContain('is no longer on the broker');
  expect(await orgs()).not.toContain('8');

  const { pid } = service;
  await setOffsets('current');
  await knows('8');
  await runsAt(String(Number(at) + 1));
  await isAudited('offsets_set', `credit-orgs ${ORG}/0: ${at} -> ${at}, stop cleared: ${reason}`);
  expect(service.pid).toBe(pid);
});

/** The broker forgets what comes before this offset. */
async function cut(offset: string): Promise<void> {
  const topic = broker.topicPrefix + ORG;
  const client = kafka.admin();
  await client.connect();
  await client.fetchTopicOffsets(topic); // kafkajs deletes only where it has looked before
  await client.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
  await client.disconnect();
}

const letters = (): Promise<string[]> => column(`select org_id || ' ' || state it from dead_letter order by org_id`);
const letterOf = async (org: string): Promise<{ id: string; name: string }> => {
  const named = `select id::text, 'dead letter ' || id || ': credit-orgs ' || topic || '/0@' || record_offset as name`;
  const { rows } = await admin.query(`${named} from dead_letter where org_id = $1`, [org]);
  return rows[0] as { id: string; name: string };
};

test('dead letters: the mended one is handled on a retry, the discarded one never', async () => {
  await admin.query('alter table org add constraint unlucky check (org_id not in (13, 14))');
  await told('12', '13', '14', '15');
  await service.until('both are set aside', async () => (await letters()).length === 2);
  const [mended, discarded] = [await letterOf('13'), await letterOf('14')];
  await ops(`dead-letters discard credit-scoring ${discarded.id} --reason "ticket 12"`); // while the service still tries it
  await service.until('the other is parked', async () => (await letters()).join() === '13 parked,14 discarded');
  await admin.query('alter table org drop constraint unlucky');

  const { pid } = service;
  await ops(`dead-letters retry credit-scoring ${mended.id} --reason "ticket 12"`);
  await knows('12', '13', '15');
  await service.until('its letter is closed', async () => (await letters()).join() === '13 done,14 discarded');
  expect(await orgs()).not.toContain('14');
  await isAudited('dead_letter_discarded', discarded.name, '14');
  await isAudited('dead_letter_retried', mended.name, '13');
  expect(service.pid).toBe(pid);
});

test('an event that the broker refuses: once it is parked, those behind it go out', async () => {
  const large = randomBytes(1_500_000).toString('hex'); // more than the broker takes, also when it is compressed
  const rows = await admin.query<{ id: string }>(
    `insert into outbox (topic, key, headers, value)
     select $1, '1:7', '{"org_id": "7"}', v from unnest($2::text[]) with ordinality r(v, n) order by n returning id`,
    [HOLDS, [large, 'behind it']],
  );
  const id = rows.rows[0]?.id ?? '';
  const waiting = (): Promise<string[]> => column('select left(value, 9) it from outbox order by id');
  const refused = `select 1 it from outbox where id = ${id} and error is not null`;
  await service.until('the large one is refused', async () => (await column(refused)).length === 1);
  expect(await waiting()).toEqual([large.slice(0, 9), 'behind it']);
  expect(holds).toEqual([]);

  const { pid } = service;
  await ops(`outbox park credit-scoring ${id} --reason "ticket 12"`);
  await service.until('the one behind it is sent', async () => holds.length > 0);
  await isAudited('outbox_parked', `outbox ${id}`, '7');
  await service.until('only the parked one is left', async () => (await waiting()).join() === large.slice(0, 9));
  expect([service.pid, holds]).toEqual([pid, ['behind it']]);
});
