import pg from 'pg';
import { type Event, type OutgoingEvent, outgoing, topicDefs, type TopicDef } from '@cashloop/events';
import type { Logger } from '@cashloop/messaging';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { dropSchema, replay as runReplay, type ReplayReport, type ReplayRequest } from '@cashloop/messaging/replay';
import { bootService, type RunningService } from '@cashloop/service-shell';
import {
  testBroker,
  testDatabase,
  tokenMaker,
  type TestBroker,
  type TestDatabase,
  type TokenMaker,
} from '@cashloop/testkit';
import { currentEvents, placesOf, type Query } from '@cashloop/messaging/ops';
import { CreditScoringModule, documents, replay as plan } from '../src/credit-scoring.module.ts';
import { DoHold } from '../src/handlers/do-hold.ts';
import { DoSetLimits } from '../src/handlers/do-set-limits.ts';
import { DoSetSettings } from '../src/handlers/do-set-settings.ts';
import { migrations } from '../src/migrations/index.ts';
import { customer, importCompleted, invoice, payment } from './builders.ts';
import { manager, org } from './desk.ts';

let database: TestDatabase;
let broker: TestBroker;
let tokens: TokenMaker;
let service: RunningService;
let owner: pg.Client;
/** Between customer 5's first documents with all limits, and its payment and the change of its second invoice. */
let midway: number;

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
const rows = async <R extends pg.QueryResultRow>(sql: string): Promise<R[]> => (await owner.query<R>(sql)).rows;
const kafka = () => kafkaBroker({ clientId: 'test', brokers: broker.brokers, prefix: broker.topicPrefix });

beforeAll(async () => {
  [database, broker, tokens] = await Promise.all([testDatabase({ migrations }), testBroker(), tokenMaker()]);
  await broker.createTopics([topicDefs.org, topicDefs.customer, topicDefs.receivable, topicDefs.sync]);
  owner = new pg.Client({ connectionString: database.adminUrl });
  await owner.connect();
  service = await bootService({
    name: 'credit-scoring',
    module: CreditScoringModule,
    env: {
      PORT: '0',
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      KAFKA_BROKERS: broker.brokers.join(','),
      KAFKA_REPLICATION: '1',
      KAFKA_TOPIC_PREFIX: broker.topicPrefix,
      CREDIT_SCORING_DATABASE_URL: database.url,
      GATEWAY_PUBLIC_KEY: tokens.publicKeyPem,
    },
  });
  await history();
}, 120_000);

afterAll(async () => {
  await service.close();
  await owner.end();
  await Promise.all([database.close(), broker.close()]);
}, 60_000);

const onWire = (topic: TopicDef, type: string, key: string, event: Event<never>): OutgoingEvent =>
  outgoing(topic, type, event.data, { orgId: event.orgId, key, subject: 'x/1', time: event.time, last: true });

async function send(...events: OutgoingEvent[]): Promise<void> {
  const broker = kafka();
  const producer = await broker.producer();
  await producer.send(events.map((one) => ({ ...one, headers: { ...one.headers, ce_source: 'test' } })));
  await producer.close();
  await broker.close();
}

async function until(sql: string, what: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; (await rows<{ ok: boolean }>(`select (${sql}) as ok`))[0]?.ok !== true;) {
    if (Date.now() > deadline) throw new Error(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const receivable = (event: Event): OutgoingEvent =>
  onWire(topicDefs.receivable, event.type, event.key, event as Event<never>);

/** Customers 1 to 6 with an invoice each; 5 has two, a payment and a limit that it is above; 6 belongs to 5's account. */
async function history(): Promise<void> {
  const ids = ['1', '2', '3', '4', '5', '6'];
  const master = (id: string) => customer({ id, ...(id === '6' ? { parent: '5' } : {}) });
  await send(
    onWire(topicDefs.org, 'org_upserted', '1', org() as Event<never>),
    ...ids.map((id) => onWire(topicDefs.customer, 'customer_upserted', `1:${id}`, master(id) as Event<never>)),
  );
  await until('select count(*) = 6 from customer', 'customers known');
  await send(...ids.map((id) => receivable(importCompleted(id, {}, new Date()))));
  await send(
    ...ids.map((id) => receivable(invoice({ id: Number(id), customer: id, balance: 50_000n }))),
    receivable(invoice({ id: 50, customer: '5', balance: 20_000n })),
  );
  await until('select count(*) = 7 from invoice', 'invoices known');
  await service.app.get(DoSetSettings, { strict: false }).run({
    caller: manager(),
    order: { enforcement: 'enforce', warnFromPercent: 80, tenureWeight: 5, debtAgingWeight: 20 },
  });
  const limit = (clientId: string, amount: string, expiresAt: Date | null = null) =>
    service.app.get(DoSetLimits, { strict: false }).run({
      caller: manager(),
      orders: [{ clientId, limit: amount, reason: 'agreed', expiresAt, hold: true, path: '' }],
      single: true,
    });
  await limit('5', '2000');
  await limit('5', '900');
  await limit('1', '5000');
  await limit('1', '6000', new Date(Date.now() + 3_600_000));
  const hold = (clientId: string, kind: 'place' | 'release') =>
    service.app
      .get(DoHold, { strict: false })
      .run({ caller: manager(), clientId, reason: `${kind}: cheque bounced`, kind });
  await hold('2', 'place');
  await hold('3', 'place');
  await hold('3', 'release');
  midway = Date.now();
  await send(
    receivable(payment({ id: 90, customer: '5', total: 10_000n, unapplied: 10_000n })),
    receivable(invoice({ id: 50, version: 2, customer: '5', balance: 30_000n })),
  );
  await until(`select count(*) = 1 from invoice where version = 2`, 'the change known');
  await until('select count(*) = 0 from outbox', 'everything relayed');
}

const run = async (request: Partial<ReplayRequest> = {}, progress = () => {}): Promise<ReplayReport> => {
  const mine = kafka();
  try {
    return await runReplay({
      plan,
      request: { projection: 'credit-receivables', ...request },
      database: { url: database.url, migratorUrl: database.migratorUrl },
      broker: mine,
      log: quiet,
      onProgress: progress,
    });
  } finally {
    await mine.close();
  }
};

const onTopics = async (): Promise<string> => {
  const mine = kafka();
  const ends = await Promise.all([topicDefs.credit, topicDefs.creditHold].map(({ name }) => mine.offsets(name)));
  await mine.close();
  return ends
    .flat()
    .reduce((sum, { end }) => sum + end, 0n)
    .toString();
};

test('a rebuilt projection agrees with the live one, limits included, and says nothing to anybody', async () => {
  const before = await onTopics();
  const report = await run();
  expect(report.difference).toEqual({ onlyLive: [], onlyReplay: [] });
  expect(report).toMatchObject({ resumed: false, sameMoment: true, setAside: 0, hash: report.liveHash });
  expect(report.lines).toBe(report.liveLines);
  expect(report.withheld).toBeGreaterThan(0);
  const { schema } = report;
  const [account] = await rows(`select exposure_minor, standing_limit_minor, hold_id is null as free, limit_version
    from ${schema}.account where account_id = 5`);
  expect(account).toEqual({
    exposure_minor: '120000',
    standing_limit_minor: '90000',
    free: false,
    limit_version: 2,
  });
  const [temporary] = await rows(
    `select standing_limit_minor, temporary_limit_minor from ${schema}.account where account_id = 1`,
  );
  expect(temporary).toEqual({ standing_limit_minor: '500000', temporary_limit_minor: '600000' });
  const byHand = (where: string) =>
    rows(`select account_id, manual_hold - 'since' as hold, manual_hold_version as version, hold_id is null as free
      from ${where}account where manual_hold_version > 0 order by 1`);
  expect(await byHand(`${schema}.`)).toEqual([
    {
      account_id: '2',
      hold: { by: manager().userId, note: 'place: cheque bounced' },
      version: 1,
      free: false,
    },
    { account_id: '3', hold: null, version: 2, free: true },
  ]);
  expect(await byHand(`${schema}.`)).toEqual(await byHand(''));
  const policy = (where: string) =>
    rows(`select version, weights, enforcement, warn_from_percent from ${where}credit_settings`);
  expect(await policy(`${schema}.`)).toEqual(await policy(''));
  expect(await rows(`select 1 from ${schema}.outbox`)).toEqual([]);
  expect(await onTopics()).toBe(before);
}, 60_000);

test('handlers see recorded times, not the clock', async () => {
  const { schema } = await run();
  const [row] = await rows<{ ok: boolean }>(
    `select bool_and(to_timestamp(o.latest / 1000.0) >= h.placed_at) as ok
     from ${schema}.credit_hold h, (select max(last_time) as latest from ${schema}.consumer_offset) o`,
  );
  expect(row).toEqual({ ok: true });
}, 60_000);

/** What customer 5's payment and the change of its second invoice make by themselves, beside masters and limits read whole. */
async function expectFromTheMiddle({ schema, sameMoment, setAside }: ReplayReport): Promise<void> {
  expect({ sameMoment, setAside }).toEqual({ sameMoment: false, setAside: 0 });
  expect(await rows(`select customer_id, version, balance_minor from ${schema}.invoice`)).toEqual([
    { customer_id: '5', version: 2, balance_minor: '30000' },
  ]);
  expect(await rows(`select count(*)::int as n from ${schema}.customer`)).toEqual([{ n: 6 }]);
  const [account] = await rows(`select exposure_minor, standing_limit_minor, ready, hold_id is null as free
    from ${schema}.account where account_id = 5`);
  // Its import came before: nobody may judge a customer of whom only a part is known.
  expect(account).toEqual({ exposure_minor: '20000', standing_limit_minor: '90000', ready: false, free: true });
}

test('from a time on: earlier documents are absent, what the projection rests on is whole', async () => {
  await expectFromTheMiddle(await run({ from: { kind: 'time', at: midway } }));
  const all = await run({ from: { kind: 'time', at: 0 } });
  expect(all).toMatchObject({ hash: all.liveHash, sameMoment: false });
}, 60_000);

test('from an offset on: the same, and a bound behind the end leaves nothing', async () => {
  const ends = await rows<{ next: number }>(
    `select next_offset::int as next from consumer_offset where projection = 'credit-receivables' order by 1 desc`,
  );
  const [longest = { next: 0 }, second = { next: 0 }] = ends; // customer 5's partition, where the last two are those of the middle
  expect(longest.next - second.next).toBeGreaterThanOrEqual(2);
  await expectFromTheMiddle(await run({ from: { kind: 'offset', offset: BigInt(longest.next - 2) } }));
  const none = await run({ from: { kind: 'offset', offset: BigInt(longest.next) } });
  expect(await rows(`select 1 from ${none.schema}.invoice`)).toEqual([]);
  expect(await rows(`select count(*)::int as n from ${none.schema}.customer`)).toEqual([{ n: 6 }]);
}, 60_000);

test('from and to together are what lies between', async () => {
  const to = { kind: 'time', at: midway } as const;
  const early = await run({ from: { kind: 'offset', offset: 0n }, to });
  expect(await rows(`select 1 from ${early.schema}.invoice`)).toHaveLength(7);
  const nothing = await run({ from: { kind: 'time', at: midway }, to });
  expect(await rows(`select 1 from ${nothing.schema}.invoice`)).toEqual([]);
}, 60_000);

test('the same request goes on where it ended', async () => {
  const first = await run();
  expect(first).toMatchObject({ resumed: true, records: 0, hash: first.liveHash });
  await send(receivable(invoice({ id: 2, version: 2, customer: '2', balance: 1_000n })));
  await until(`select count(*) = 1 from invoice where version = 2 and customer_id = 2`, 'the change known');
  const second = await run();
  expect(second).toMatchObject({ resumed: true, records: 1, hash: second.liveHash });
  expect(second.hash).not.toBe(first.hash);
}, 60_000);

test('one that was cut off in the middle goes on and ends right', async () => {
  const request = { orgs: ['1'] };
  const cutOff = run(request, () => {
    throw new Error('cut off');
  });
  await expect(cutOff).rejects.toThrow('cut off');
  const rest = await run(request);
  expect(rest).toMatchObject({ resumed: true, hash: rest.liveHash, sameMoment: true });
  expect(rest.records).toBeGreaterThan(0);
}, 60_000);

test('a customer comes with the members of its account, and nobody else', async () => {
  const report = await run({ customers: ['6'] });
  expect([...(report.customers ?? [])].sort()).toEqual(['5', '6']);
  expect(report.difference).toEqual({ onlyLive: [], onlyReplay: [] });
  expect(report.hash).toBe(report.liveHash);
  expect(await rows(`select distinct customer_id from ${report.schema}.invoice order by 1`)).toEqual([
    { customer_id: '5' },
    { customer_id: '6' },
  ]);
}, 60_000);

test('a bound leaves later records out, and the two states are not called the same moment', async () => {
  const [{ at } = { at: '0' }] = await rows<{ at: string }>(
    'select min(last_time) as at from consumer_offset where last_time > 0',
  );
  const early = await run({ to: { kind: 'time', at: Number(at) + 1 } });
  expect(early.sameMoment).toBe(false);
  expect(early.lines).toBeLessThan(early.liveLines);
  const none = await run({ to: { kind: 'offset', offset: 0n } });
  expect(await rows(`select 1 from ${none.schema}.invoice`)).toEqual([]);
}, 60_000);

test('a live state that was tampered with is found, line by line', async () => {
  await owner.query('update account set exposure_minor = exposure_minor + 1 where account_id = 3');
  const report = await run();
  await owner.query('update account set exposure_minor = exposure_minor - 1 where account_id = 3');
  expect(report.hash).not.toBe(report.liveHash);
  expect(report).toMatchObject({ sameMoment: true });
  expect(report.difference.onlyLive).toEqual([expect.stringMatching(/^account:1:3:.*:50001:/)]);
  expect(report.difference.onlyReplay).toEqual([expect.stringMatching(/^account:1:3:.*:50000:/)]);
}, 60_000);

test('a hold by hand that goes with its customer agrees, also where versions were raised and told again', async () => {
  await service.app
    .get(DoHold, { strict: false })
    .run({ caller: manager(), clientId: '4', reason: 'cheque bounced', kind: 'place' });
  const joins = { ...customer({ id: '4', version: 2, parent: '3' }), time: new Date() };
  await send(onWire(topicDefs.customer, 'customer_upserted', '1:4', joins as Event<never>));
  await until('select count(*) = 1 from account where account_id = 3 and manual_hold is not null', 'it joined');
  await until('select count(*) = 0 from outbox', 'everything relayed');
  const joined = await run();
  expect([joined.difference, joined.hash]).toEqual([{ onlyLive: [], onlyReplay: [] }, joined.liveHash]);

  await owner.query(`set cashloop.orgs = '{1}'`);
  await owner.query('update account set manual_hold_version = manual_hold_version + 1000');
  const kind = documents.kinds.find((one) => one.kind === 'credit_manual_hold')!;
  const query: Query = async (sql, params = []) => (await owner.query(sql, params)).rows as never[];
  await send(...(await currentEvents(query, kind, await placesOf(query, kind, undefined))));
  const again = await run();
  expect(again.hash).toBe(again.liveHash);
  const versions = (where: string) =>
    rows(
      `select account_id, manual_hold_version from ${where}account where manual_hold_changed_at is not null order by 1`,
    );
  expect(await versions(`${again.schema}.`)).toEqual(await versions(''));
}, 60_000);

test('a rebuilt projection can be removed', async () => {
  const { schema } = await run();
  const where = { url: database.url, migratorUrl: database.migratorUrl };
  expect(await dropSchema(schema, where)).toBe(true);
  expect(await dropSchema(schema, where)).toBe(false);
}, 60_000);
