import { createDataSource, TransactionRunner } from '@cashloop/persistence';
import type { HandlerContext, RawRecord } from '@cashloop/messaging';
import { testDatabase } from '@cashloop/testkit';
import type { TestDatabase } from '@cashloop/testkit';
import type { DataSource } from 'typeorm';
import { decodeHeaders } from '../domain/headers.ts';
import { migrations } from '../migrations/index.ts';
import { checkSlice } from '../stores/vault-broker.view.ts';
import { checkChains } from '../stores/vault-chain.view.ts';
import type { ChainOptions, ChainReport } from '../stores/vault-chain.view.ts';
import { VaultStore } from '../stores/vault.store.ts';
import { OnRecords } from './on-records.ts';

let database: TestDatabase;
let login: DataSource;
let owner: DataSource;
let admin: DataSource;
const handler = new OnRecords(new VaultStore());

beforeEach(async () => {
  database = await testDatabase({ migrations });
  const open = (url: string): Promise<DataSource> => createDataSource({ url, migrations, poolSize: 4 }).initialize();
  [login, owner, admin] = await Promise.all([open(database.url), open(database.migratorUrl), open(database.adminUrl)]);
});
afterEach(async () => {
  await Promise.all([login?.destroy(), owner?.destroy(), admin?.destroy()]);
  await database?.close();
});

type Change = Partial<Omit<RawRecord, 'headers' | 'headerList'>> & { headers?: [string, string | null][] };
function record(offset: number, change: Change = {}): RawRecord {
  const { headers = [['ce_source', 'x'], ['ce_id', `id-${change.partition ?? 0}-${offset}`], ['org_id', '1']], ...rest } = change; // prettier-ignore
  const headerList = headers.map(
    ([name, value]) => [name, value === null ? (null as never) : Buffer.from(value)] as const,
  );
  return {
    topic: 'cashloop.customer.v1',
    partition: 0,
    offset: BigInt(offset),
    key: Buffer.from('1:2'),
    value: Buffer.from(`{"n":${offset}}`),
    headers: Object.fromEntries(headerList),
    headerList,
    timestamp: 1_768_478_400_000 + offset,
    ...rest,
  };
}

const store = (records: RawRecord[], orgs = ['1']): Promise<void> =>
  new TransactionRunner(login).run(orgs, (tx) =>
    handler.handle(records, { tx, now: new Date('2026-01-15T12:00:00Z') } as HandlerContext),
  );

const inSnapshot = <T>(fn: (query: <R>(sql: string, params?: unknown[]) => Promise<R[]>) => Promise<T>): Promise<T> =>
  owner.transaction('REPEATABLE READ', (manager) => fn((sql, params) => manager.query(sql, params)));
const verify = (options?: ChainOptions): Promise<ChainReport> => inSnapshot((query) => checkChains(query, options));

/** What only a superuser can do: triggers off. */
const tamper = async (...statements: string[]): Promise<void> => {
  await admin.transaction(async (manager) => {
    await manager.query(`set local session_replication_role = replica`);
    for (const statement of statements) await manager.query(statement);
  });
};
const someRecords = (): RawRecord[] => [0, 1, 2, 3, 4].map((offset) => record(offset));

test('records are stored raw, once per event, in order of arrival per partition', async () => {
  await store([record(0), record(1), record(7, { partition: 3 })]);
  await store([record(5, { headers: [['ce_source', 'x'], ['ce_id', 'id-0-1'], ['org_id', '1']] }), record(6)]); // prettier-ignore
  const rows = await admin.query(
    `select partition, sequence, kafka_offset, convert_from(value, 'utf8') v from vault_record order by 1, 2`,
  );
  expect(rows).toEqual([
    { partition: 0, sequence: '1', kafka_offset: '0', v: '{"n":0}' },
    { partition: 0, sequence: '2', kafka_offset: '1', v: '{"n":1}' },
    { partition: 0, sequence: '3', kafka_offset: '6', v: '{"n":6}' },
    { partition: 3, sequence: '1', kafka_offset: '7', v: '{"n":7}' },
  ]);
  expect(await verify()).toEqual({ records: 4, partitions: 2, mismatches: [] });
});

test('garbage is stored too, under org 0, and never stops the vault', async () => {
  const garbage = [
    record(0, { headers: [], key: null, value: null }),
    record(1, { headers: [['org_id', 'x\0y']], key: Buffer.of(0, 255), value: Buffer.of(0, 254, 1) }),
    record(2, { headers: [['org_id', '9'.repeat(40)], ['', null], ['ce_id', 'a'.repeat(5000)], ['ce_source', '\0']] }), // prettier-ignore
    record(3, { headers: [['org_id', '1'], ['ce_id', '1'], ['ce_id', '2']] }), // prettier-ignore
  ];
  await store(garbage);
  await store([record(9, { headers: [], key: null, value: null })], []);
  const rows = await admin.query(`select org_id, headers from vault_record order by sequence`);
  expect(rows.map((row: { org_id: string }) => row.org_id)).toEqual(['0', '0', '0', '1', '0']);
  expect(decodeHeaders(rows[3].headers).map(([name, value]) => `${Buffer.from(name)}=${Buffer.from(value!)}`)).toEqual([
    'org_id=1',
    'ce_id=1',
    'ce_id=2',
  ]);
  expect((await verify()).mismatches).toEqual([]);
});

test('the same event on two partitions at once is stored once', async () => {
  const headers: [string, string][] = [['ce_source', 'x'], ['ce_id', 'one'], ['org_id', '1']]; // prettier-ignore
  await Promise.all([0, 1, 2].map((partition) => store([record(0, { partition, headers })])));
  expect(await admin.query(`select count(*)::int n from vault_record`)).toEqual([{ n: 1 }]);
  expect((await verify()).mismatches).toEqual([]);
});

test('an org sees its own records only', async () => {
  await store([record(0), record(1, { headers: [['org_id', '2']] })], ['1', '2']);
  const seen = await new TransactionRunner(login).read(['2'], (tx) =>
    tx.query(`select kafka_offset from vault_record where org_id > 0`),
  );
  expect(seen).toEqual([{ kafka_offset: '1' }]);
});

test('neither the login nor the owner can change what is stored', async () => {
  await store(someRecords());
  const attempts = [
    `update vault_record set value = null`,
    `delete from vault_record`,
    `truncate vault_record`,
    `delete from vault_head`,
    `update vault_head set next_sequence = 1`,
    `update vault_head set hash = '\\x00'`,
  ];
  for (const attempt of attempts) {
    for (const source of [login, owner]) {
      await expect(new TransactionRunner(source).run(['1'], (tx) => tx.query(attempt))).rejects.toThrow(
        /append-only|permission denied/,
      );
    }
  }
  await expect(new TransactionRunner(login).run(['1'], (tx) => tx.query(attempts[0]!))).rejects.toThrow(
    'permission denied',
  );
  expect((await verify()).mismatches).toEqual([]);
});

test('a changed byte of any column is found, with the record it stands in', async () => {
  await store(someRecords());
  const columns: { name: string; type: string }[] = await admin.query(
    `select attname as name, atttypid::regtype::text as type from pg_attribute
      where attrelid = 'vault_record'::regclass and attnum > 0 and not attisdropped order by attnum`,
  );
  expect(columns.length).toBeGreaterThan(10);
  const changes: Record<string, string[]> = {
    text: [`COL || 'x'`],
    integer: ['COL + 1'],
    bigint: ['COL + 100', '-COL - 1'],
    bytea: ['set_byte(COL, 0, get_byte(COL, 0) # 1)', `COL || '\\x00'`],
  };
  for (const { name, type } of columns) {
    for (const change of changes[type]!) {
      await tamper(`create table kept as select * from vault_record where sequence = 3`);
      await tamper(`update vault_record set ${name} = ${change.replaceAll('COL', name)} where sequence = 3`);
      const { mismatches } = await verify();
      expect([name, change, mismatches.length > 0]).toEqual([name, change, true]);
      if (name !== 'topic' && name !== 'partition') expect(mismatches[0]!.sequence).toBe(3n);
      await tamper(`delete from vault_record where kafka_offset = 2 or sequence not in (1, 2, 4, 5)`);
      await tamper(`insert into vault_record select * from kept`, `drop table kept`);
      expect([name, change, (await verify()).mismatches]).toEqual([name, change, []]);
    }
  }
  for (const column of ['key', 'value', 'event_key']) {
    await tamper(
      `create table kept as select * from vault_record where sequence = 3`,
      `update vault_record set ${column} = null where sequence = 3`,
    );
    expect((await verify()).mismatches[0]).toMatchObject({ sequence: 3n });
    await tamper(
      `delete from vault_record where sequence = 3`,
      `insert into vault_record select * from kept`,
      `drop table kept`,
    );
  }
}, 60_000);

test.each([
  ['deleted', 3n, `delete from vault_record where sequence = 3`],
  ['deleted at the end', 5n, `delete from vault_record where sequence = 5`],
  ['deleted altogether', 1n, `delete from vault_record`],
  [
    'swapped',
    2n,
    `update vault_record set sequence = 99 where sequence = 2; update vault_record set sequence = 2 where sequence = 3; update vault_record set sequence = 3 where sequence = 99`,
  ],
  [
    'inserted after the end',
    6n,
    `insert into vault_record select topic, partition, 6, 99, timestamp_ms, org_id, stored_at_ms, null, key, headers, value, hash, hash from vault_record where sequence = 5`,
  ],
  [
    'inserted on a partition of its own',
    1n,
    `insert into vault_record select topic, 7, 1, 99, timestamp_ms, org_id, stored_at_ms, null, key, headers, value, hash, hash from vault_record where sequence = 5`,
  ],
  ['forgotten by the heads', 5n, `delete from vault_head`],
  ['moved in the heads', 5n, `update vault_head set hash = '\\x00'`],
  [
    'doubled, with the key dropped',
    3n,
    `alter table vault_record drop constraint vault_record_pkey, drop constraint vault_record_topic_partition_kafka_offset_key; drop index vault_record_event; insert into vault_record select * from vault_record where sequence = 3`,
  ],
])('a row %s is found', async (_how, sequence, sql) => {
  await store(someRecords());
  await tamper(...sql.split(';'));
  expect((await verify()).mismatches).toEqual([expect.objectContaining({ sequence })]);
});

test('a check from a later record recomputes the rest', async () => {
  await store(someRecords());
  await tamper(`update vault_record set value = null where sequence = 2`);
  expect(await verify({ from: 3n })).toEqual({ records: 3, partitions: 1, mismatches: [] });
  expect((await verify({ topic: 'cashloop.org.v1' })).records).toBe(0);
});

test('the broker is compared byte for byte', async () => {
  await store([record(0), record(1), record(3)]);
  const slice = (records: RawRecord[], to = 3n) => ({
    topic: 'cashloop.customer.v1',
    partition: 0,
    from: 0n,
    to,
    records,
  });
  const check = (records: RawRecord[]) => inSnapshot((query) => checkSlice(query, slice(records)));
  const repeat = record(2, { headers: [['ce_source', 'x'], ['ce_id', 'id-0-1'], ['org_id', '1']] }); // prettier-ignore
  expect(await check([record(0), record(1), repeat, record(3)])).toEqual({ compared: 3, repeats: 1, mismatches: [] });
  expect((await check([record(0), record(1, { value: Buffer.from('x') }), record(3)])).mismatches).toMatchObject([
    { sequence: 2n },
  ]);
  expect((await check([record(0), record(1), record(2), record(3)])).mismatches[0]!.why).toContain(
    'offset 2 is not in the vault',
  );
  expect((await check([record(0), record(3)])).mismatches).toMatchObject([{ sequence: 2n }]);
});
