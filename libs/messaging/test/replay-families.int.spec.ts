import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  create,
  type CustomerState,
  CustomerStateSchema,
  customerKey,
  type Event,
  type OutgoingEvent,
  outgoing,
  topicDefs,
} from '@cashloop/events';
import { tenantTable } from '@cashloop/persistence/tenant-table';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { type HandlerContext, Handles, messagingMigrations } from '../src/index.ts';
import type { Broker } from '../src/broker.ts';
import { MemoryCluster } from '../src/memory/index.ts';
import { dropSchema, replay, type ReplayReport, type ReplayRequest, schemaOf } from '../src/replay/index.ts';
import type { ServiceReplay } from '../src/replay/index.ts';
import { quiet } from './notes-service.ts';

const TOPIC = topicDefs.customer.name;

class CreateMember1764000000001 implements MigrationInterface {
  async up(query: QueryRunner): Promise<void> {
    await query.query(
      'create table member (org_id bigint, customer_id bigint primary key, root_id bigint not null, times int not null)',
    );
    for (const statement of tenantTable('member')) await query.query(statement);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query('drop table member');
  }
}

const TAKE = `insert into member values ($1, $2, $3, 1)
  on conflict (customer_id) do update set root_id = excluded.root_id, times = member.times + 1`;

/** Counts the records of each customer: one that was left out shows. */
@Injectable()
class OnCustomers {
  @Handles(topicDefs.customer, { projection: 'members' })
  async handle(events: readonly Event<CustomerState>[], { tx }: HandlerContext): Promise<OutgoingEvent[]> {
    for (const { orgId, data } of events)
      await tx.query(TAKE, [orgId, data.customerId, data.parentCustomerId || data.customerId]);
    return [];
  }
}

const migrations = [...messagingMigrations, CreateMember1764000000001];
const plan: ServiceReplay = {
  service: 'notes',
  migrations,
  providers: [OnCustomers],
  projections: {
    members: {
      state: `select concat_ws(':', customer_id, root_id, times, (select sum(times) from member f where f.root_id = m.root_id))
        as line from member m where $1::bigint[] is null or customer_id = any($1)`,
    },
  },
  orgs: 'select 1::text as org_id',
  family: `select m.customer_id::text as customer_id from member asked join member m on m.root_id = asked.root_id
    where asked.customer_id = any($1::bigint[])`,
};

let database: TestDatabase;
let live: pg.Client;
let cluster: MemoryCluster;

beforeAll(async () => {
  database = await testDatabase({ migrations });
  live = new pg.Client({ connectionString: database.adminUrl });
  await live.connect();
}, 60_000);
beforeEach(async () => {
  cluster = new MemoryCluster();
  cluster.log.create(TOPIC, 1);
  await live.query(`delete from member; delete from consumer_offset;
    insert into consumer_offset (projection, topic, partition, next_offset) values ('members', '${TOPIC}', 0, 0)`);
});
afterEach(async () => {
  for (const request of [{}, { customers: ['42'] }])
    await dropSchema(schemaOf({ projection: 'members', ...request }), database);
});
afterAll(async () => {
  await live.end();
  await database.close();
});

/** A customer's place, on the topic and in the live table, which has read it. */
async function stands(customerId: string, parentCustomerId = ''): Promise<void> {
  const state = create(CustomerStateSchema, { customerId, parentCustomerId, version: 1, name: 'x', active: true });
  const fields = { orgId: '1', key: customerKey('1', customerId), subject: `customer/${customerId}`, time: new Date() };
  const event = outgoing(topicDefs.customer, 'customer_upserted', state, fields);
  cluster.log.append({ ...event, headers: { ...event.headers, ce_source: 'test' } });
  await live.query(TAKE, ['1', customerId, parentCustomerId || customerId]);
  await live.query('update consumer_offset set next_offset = next_offset + 1');
}

const run = (request: Omit<ReplayRequest, 'projection'>, broker: Broker = cluster.client()): Promise<ReplayReport> =>
  replay({
    plan,
    request: { projection: 'members', ...request },
    database,
    broker,
    log: quiet,
    onProgress: () => undefined,
  });
const AGREE = { onlyLive: [], onlyReplay: [] };

describe('the customers whose state hangs on those asked for', () => {
  const customers = ['42'];
  const joined = 'customers 77 belong to those asked for since it began, and their earlier records were left out';

  test('one that joined them since an earlier call has left records behind: it is built again from the start', async () => {
    await stands('42');
    await stands('77');
    expect(await run({ customers })).toMatchObject({ customers: ['42'], difference: AGREE });
    await stands('77', '42');
    await expect(run({ customers })).rejects.toThrow(joined);
    await dropSchema(schemaOf({ projection: 'members', customers }), database);
    const again = await run({ customers });
    expect(again).toMatchObject({ resumed: false, difference: AGREE, lines: 2 });
    expect([...(again.customers ?? [])].sort()).toEqual(['42', '77']);
  });

  test('so has one that joins them while it runs', async () => {
    await stands('77');
    await stands('42');
    const broker = cluster.client();
    let joins: Promise<void> | undefined;
    const partitionCounts = async (topics: readonly string[]): Promise<Map<string, number>> => {
      await (joins ??= stands('77', '42'));
      return broker.partitionCounts(topics);
    };
    await expect(run({ customers }, { ...broker, partitionCounts })).rejects.toThrow(joined);
  });

  test('one that left them stays covered', async () => {
    await stands('42');
    await stands('77', '42');
    await run({ customers });
    await stands('77');
    const report = await run({ customers });
    expect(report).toMatchObject({ resumed: true, difference: AGREE, lines: 2, liveLines: 2 });
    expect([...(report.customers ?? [])].sort()).toEqual(['42', '77']);
  });
});

test('what is asked for and stands on neither side is named', async () => {
  await stands('42');
  expect(await run({})).toMatchObject({ unmatched: [], lines: 1 });
  const orgs = ['1', '99'];
  expect(await run({ customers: ['42', '7'], orgs })).toMatchObject({ unmatched: ['customer 7', 'org 99'], lines: 1 });
  expect(await run({ customers: ['7'], orgs: ['1'] })).toMatchObject({ unmatched: ['customer 7'] });
  expect(await run({ customers: ['7'] })).toMatchObject({ unmatched: ['customer 7'], lines: 0 });
});
