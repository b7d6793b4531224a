import { type INestApplication, Injectable } from '@nestjs/common';
import pg from 'pg';
import {
  create,
  type Event,
  type OrgState,
  type OutgoingEvent,
  outgoing,
  ReadingStateSchema,
  topicDefs,
} from '@cashloop/events';
import { TransactionRunner } from '@cashloop/persistence';
import { kafkaBroker } from '../src/kafka/index.ts';
import { Effects, type HandlerContext, Handles, liveProjection } from '../src/index.ts';
import { type Query, switchProjection, SwitchRefused } from '../src/ops/index.ts';
import { recordsOf } from './conformance/broker-stage.ts';
import { orgEvent, ready, rows, stand, type Stand, until } from './notes-service.ts';

/** What a handler says to each event: who said it, and to which version. */
const answer = (who: string, { orgId, data }: Event<OrgState>): OutgoingEvent =>
  outgoing(
    topicDefs.sync,
    'reading_completed',
    create(ReadingStateSchema, { system: 'test', company: who, version: data.version, firstImport: false }),
    { orgId, key: `${orgId}:test:${who}`, subject: `reading/${who}`, time: new Date() },
  );

const handled = { old: 0, new: 0 };

@Injectable()
class OldHandler {
  @Handles(topicDefs.org, { projection: 'orgs' })
  async handle(events: readonly Event<OrgState>[], _ctx: HandlerContext): Promise<OutgoingEvent[]> {
    handled.old += events.length;
    return events.map((event) => answer('old', event));
  }
}

@Injectable()
class NewHandler {
  @Handles(topicDefs.org, { projection: 'orgs-2', beside: 'orgs' })
  async handle(events: readonly Event<OrgState>[], _ctx: HandlerContext): Promise<OutgoingEvent[]> {
    handled.new += events.length;
    return events.map((event) => answer('new', event));
  }
}

const options = { publishes: [topicDefs.org, topicDefs.sync] };
let place: Stand;
let client: pg.Client;
let app: INestApplication;

beforeAll(async () => {
  place = await stand();
  client = new pg.Client({ connectionString: place.database.url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await place.close();
}, 60_000);

/** Versions of one document: one partition, in order. */
const send = (from: number, to: number): Promise<void> =>
  app.get(Effects).commit(['1'], async () => Array.from({ length: to - from + 1 }, (_, i) => orgEvent('1', from + i)));

/** Every answer on the topic: versions by who gave them. */
async function answers(): Promise<{ old: number[]; new: number[] }> {
  const broker = kafkaBroker({ clientId: 'test', brokers: place.broker.brokers, prefix: place.broker.topicPrefix });
  const found = await recordsOf({ client: () => broker } as never, topicDefs.sync.name);
  await broker.close();
  const states = found.map(
    ({ value }) => JSON.parse(value?.toString() ?? '{}') as { company: string; version: number },
  );
  const of = (who: string): number[] => states.filter(({ company }) => company === who).map(({ version }) => version);
  return { old: of('old'), new: of('new') };
}

async function inTransaction<T>(fn: (query: Query) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    return await fn(async (sql, params = []) => (await client.query(sql, params)).rows as never[]);
  } finally {
    await client.query('commit');
  }
}

const live = (): Promise<string> => app.get(TransactionRunner).run([], (tx) => liveProjection(tx, 'orgs'));
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('a new projection is built from the start in silence, then switched without a word lost or doubled', async () => {
  app = await place.app(options, [OldHandler]);
  await ready(app);
  await send(1, 200);
  await until(() => handled.old === 200, 'the live one has read');
  await app.close();

  app = await place.app(options, [OldHandler, NewHandler]);
  await until(() => handled.new === 200, 'the new one is built from the start');
  expect(await live()).toBe('orgs');

  let sent = 200;
  let switching = true;
  const traffic = (async () => {
    for (; switching || sent < 600; sent += 20) await send(sent + 1, sent + 20);
  })();
  await until(() => handled.old >= 300, 'traffic');
  let boundary = '';
  await until(async () => {
    const done = await inTransaction((query) => switchProjection(query, 'orgs-2')).catch((error: unknown) => error);
    if (done instanceof SwitchRefused) return false; // behind for a moment
    if (done instanceof Error) throw done;
    boundary = Object.values((done as Awaited<ReturnType<typeof switchProjection>>).boundaries)[0] ?? '';
    return true;
  }, 'switched');
  switching = false;
  await traffic;
  await until(() => handled.old >= sent && handled.new >= sent, 'both have read all');
  await until(async () => (await rows(app, 'select 1 from outbox')).length === 0, 'everything relayed');

  const said = await answers();
  expect(said.old).toEqual(numbers(1, Number(boundary)));
  expect(said.new).toEqual(numbers(Number(boundary) + 1, sent));
  expect(Number(boundary)).toBeGreaterThanOrEqual(300);
  expect(await live()).toBe('orgs-2');
}, 120_000);

test('only a projection that is built beside another can be switched, once', async () => {
  await expect(inTransaction((query) => switchProjection(query, 'nothing'))).rejects.toThrow('no projection "nothing"');
  await expect(inTransaction((query) => switchProjection(query, 'orgs-2'))).rejects.toThrow('live projection already');
  await client.query(`insert into projection_switch values ('orgs-3', 'orgs-2')`);
  await expect(inTransaction((query) => switchProjection(query, 'orgs-3'))).rejects.toThrow(
    /orgs-3 has \d+ events to read/,
  );
});

test('a handler beside a projection that nothing builds is a mistake at start', async () => {
  await expect(place.app(options, [NewHandler])).rejects.toThrow('stands beside orgs, which nothing builds');
});
