import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create, OrgStateSchema, outgoing, topicDefs } from '@cashloop/events';
import { createDataSource } from '@cashloop/persistence';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { bootService } from '@cashloop/service-shell';
import type { RunningService } from '@cashloop/service-shell';
import { testBroker, testDatabase, tokenMaker } from '@cashloop/testkit';
import type { TestBroker, TestDatabase, TokenMaker } from '@cashloop/testkit';
import { ComplianceModule } from '../compliance.module.ts';
import { migrations } from '../migrations/index.ts';

let database: TestDatabase;
let broker: TestBroker;
let tokens: TokenMaker;
let service: RunningService;
const EVENTS = 250;

beforeAll(async () => {
  [database, broker, tokens] = await Promise.all([testDatabase({ migrations }), testBroker(), tokenMaker()]);
  await broker.createTopics(Object.values(topicDefs));
  await sendOrgs();
  service = await bootService({ name: 'compliance', module: ComplianceModule, env: settings({ PORT: '0' }) });
  await vaultHolds(EVENTS + 1);
}, 60_000);
afterAll(async () => {
  await service?.close();
  await broker?.close();
  await database?.close();
}, 60_000);

const settings = (more: Record<string, string>): Record<string, string> => ({
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  COMPLIANCE_DATABASE_URL: database.url,
  COMPLIANCE_MIGRATOR_URL: database.migratorUrl,
  KAFKA_BROKERS: broker.brokers.join(','),
  KAFKA_REPLICATION: '1',
  KAFKA_TOPIC_PREFIX: broker.topicPrefix,
  GATEWAY_PUBLIC_KEY: tokens.publicKeyPem,
  ...more,
});

/** Events of orgs 1 and 2, one of them twice, and a record that is no event. */
async function sendOrgs(): Promise<void> {
  const kafka = kafkaBroker({ clientId: 'spec', brokers: broker.brokers, prefix: broker.topicPrefix });
  const producer = await kafka.producer();
  const events = Array.from({ length: EVENTS }, (_, i) => {
    const orgId = String(1 + (i % 2));
    const state = create(OrgStateSchema, { orgId, version: i + 1, name: 'O', timeZone: 'UTC', baseCurrency: 'USD' });
    const event = outgoing(topicDefs.org, 'org_upserted', state, {
      orgId,
      key: orgId,
      subject: `org/${orgId}`,
      time: new Date(),
    });
    return {
      topic: event.topic,
      key: event.key,
      value: event.value,
      headers: { ...event.headers, ce_source: 'gateway' },
    };
  });
  await producer.send([
    ...events,
    events[0]!,
    { topic: topicDefs.org.name, key: null, value: 'not JSON', headers: {} },
  ]);
  await producer.close();
  await kafka.close();
}

/** Statements of a superuser, on one connection. */
async function inDatabase<T>(fn: (query: <R>(sql: string) => Promise<R>) => Promise<T>): Promise<T> {
  const admin = await createDataSource({ url: database.adminUrl, migrations, poolSize: 1 }).initialize();
  try {
    return await fn((sql) => admin.query(sql));
  } finally {
    await admin.destroy();
  }
}

async function vaultHolds(count: number): Promise<void> {
  await inDatabase(async (query) => {
    for (;;) {
      const [row] = await query<{ n: number }[]>('select count(*)::int n from vault_record');
      if (row!.n >= count) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

interface Body {
  items: Record<string, unknown>[];
  next_cursor: string | null;
}

async function get(
  path: string,
  claims: { orgId?: string; roles?: string[] } = {},
): Promise<{ status: number; body: Body }> {
  const token = await tokens.token({ roles: ['auditor'], ...claims });
  const response = await fetch(service.url + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Body };
}

/** The operator's command, as a person runs it. */
async function vaultVerify(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const program = join(import.meta.dirname, '../../../../tools/ops/main.ts');
  try {
    const done = await promisify(execFile)(process.execPath, [program, 'vault', 'verify', ...args], {
      env: { PATH: process.env['PATH'], ...settings({}) },
    });
    return { code: 0, out: done.stdout, err: done.stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, out: failed.stdout, err: failed.stderr };
  }
}

test('the head says where each chain ends', async () => {
  const { body } = await get('/compliance/vault/head');
  expect(body.items).toEqual([
    {
      topic: 'cashloop.org.v1',
      partition: 0,
      next_sequence: String(EVENTS + 2),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
});

test("an auditor reads the org's own records, page by page", async () => {
  const first = (await get('/compliance/vault/records?limit=100&topic=cashloop.org.v1&partition=0')).body;
  const second = (
    await get(`/compliance/vault/records?limit=100&topic=cashloop.org.v1&partition=0&cursor=${first.next_cursor}`)
  ).body;
  expect([first.items.length, second.items.length, second.next_cursor]).toEqual([100, 25, null]);
  const record = first.items[0] as { value: string; value_base64: string; headers: unknown[] };
  expect(JSON.parse(record.value)).toMatchObject({ org_id: '1', version: 1 });
  expect(record.headers).toContainEqual({ name: 'ce_type', value: 'org_upserted' });
  expect(Buffer.from(record.value_base64, 'base64').toString()).toBe(record.value);
  expect((await get('/compliance/vault/records?sort=-stored_at&limit=1', { orgId: '2' })).body.items).toHaveLength(1);
  expect((await get('/compliance/vault/records', { orgId: '9' })).body.items).toEqual([]);
});

test('others may not', async () => {
  expect((await get('/compliance/vault/records', { roles: ['analyst'] })).status).toBe(403);
  expect((await fetch(`${service.url}/compliance/vault/head`)).status).toBe(401);
});

test('ops vault verify passes, also against Kafka, and names the record that was tampered with', async () => {
  const good = await vaultVerify('--against-kafka');
  expect(good.err).toBe('');
  expect(good.out).toContain(`${EVENTS + 1} records in 1 partition recomputed`);
  expect(good.out).toContain(`${EVENTS + 1} records compared, 1 repeat, 0 not stored yet`);
  expect(good.code).toBe(0);
  await inDatabase(async (query) => {
    await query('set session_replication_role = replica');
    await query(`update vault_record set value = value || ' ' where sequence = 17`);
  });
  const bad = await vaultVerify('--against-kafka');
  expect(bad.code).toBe(1);
  expect(bad.err).toContain('MISMATCH cashloop.org.v1/0 record 17: its content does not match its hash');
  expect(bad.err).toContain('MISMATCH cashloop.org.v1/0 record 17: its value differs from the broker');
  expect((await vaultVerify('--from', '18')).code).toBe(0);
  expect((await vaultVerify('--from', 'x')).err).toContain('is not a sequence');
}, 60_000);
