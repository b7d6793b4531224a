import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { bootService, type RunningService } from '@cashloop/service-shell';
import { testBroker, testDatabase, tokenMaker, type TestBroker, type TestDatabase } from '@cashloop/testkit';
import { acceptCloudEvents } from '../src/http/cloud-events-body.ts';
import { migrations } from '../src/migrations/index.ts';
import { QuickBooksSyncModule } from '../src/quickbooks-sync.module.ts';
import type { Json } from './json.ts';

/** The QuickBooks a service is pointed at. */
export interface Target {
  url: string;
  realmId: string;
  verifierToken: string;
}

const OPEN_AT_GATEWAY = /^\/qbo\/(webhook|oauth\/callback)/;

/** The whole service on a database and topics of its own, against a fake QuickBooks. */
export interface Running {
  service: RunningService;
  db: TestDatabase;
  broker: TestBroker;
  admin: pg.Pool;
  token: string;
  /** What the gateway calls with on its open routes. */
  systemToken: string;
  tokenOf(orgId: string): Promise<string>;
  /** One more process of the service, on the same database and topics. */
  boot(): Promise<RunningService>;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Json }>;
  connect(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function runService(fake: Target, env: Record<string, string> = {}): Promise<Running> {
  const [db, broker, tokens] = [await testDatabase({ migrations }), await testBroker(), await tokenMaker()];
  await broker.createTopics([
    topicDefs.customer,
    topicDefs.org,
    topicDefs.receivable,
    topicDefs.customerSighting,
    topicDefs.sync,
  ]);
  const tokenOf = (orgId: string): Promise<string> => tokens.token({ orgId, roles: ['admin'], kind: 'user' });
  const token = await tokenOf('1');
  const systemToken = await tokens.token({ orgId: '0', roles: ['system'], kind: 'system' });
  const boot = (): Promise<RunningService> =>
    bootService({
      name: 'quickbooks-sync',
      module: QuickBooksSyncModule,
      rawBody: true,
      configure: acceptCloudEvents,
      env: {
        NODE_ENV: 'test',
        PORT: '0',
        LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
        KAFKA_BROKERS: broker.brokers.join(','),
        KAFKA_REPLICATION: '1',
        KAFKA_TOPIC_PREFIX: broker.topicPrefix,
        QUICKBOOKS_SYNC_DATABASE_URL: db.url,
        GATEWAY_PUBLIC_KEY: tokens.publicKeyPem,
        QBO_CLIENT_ID: 'app',
        QBO_CLIENT_SECRET: 'secret',
        QBO_WEBHOOK_VERIFIER_TOKEN: fake.verifierToken,
        QBO_API_BASE_URL: fake.url,
        QBO_OAUTH_AUTHORIZE_URL: `${fake.url}/authorize`,
        QBO_OAUTH_TOKEN_URL: `${fake.url}/token`,
        QBO_OAUTH_REVOKE_URL: `${fake.url}/revoke`,
        TOKEN_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
        ...env,
      },
    });
  const admin = new pg.Pool({ connectionString: db.adminUrl, max: 2 });
  await admin.query(`insert into org values (1, 1, 'USD', 'America/New_York')`);
  const running: Running = {
    service: await boot(),
    db,
    broker,
    admin,
    token,
    systemToken,
    tokenOf,
    boot,
    async call(method, path, body, headers = {}) {
      const response = await fetch(running.service.url + path, {
        method,
        redirect: 'manual',
        headers: {
          authorization: `Bearer ${OPEN_AT_GATEWAY.test(path) ? systemToken : token}`,
          ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text.startsWith('{') ? JSON.parse(text) : text,
        headers: response.headers,
      };
    },
    async connect() {
      const start = await running.call('GET', '/qbo/oauth/start', undefined, { accept: 'application/json' });
      const state = new URL(start.body.authorize_url).searchParams.get('state')!;
      const query = new URLSearchParams({ code: 'code', state, realmId: fake.realmId });
      const done = await running.call('GET', `/qbo/oauth/callback?${query}`);
      if (done.status !== 200) throw new Error(JSON.stringify(done.body));
    },
    async restart() {
      await running.service.close();
      running.service = await boot();
    },
    async close() {
      await running.service.close();
      await admin.end();
      await broker.close();
      await db.close();
    },
  };
  return running;
}

/** Asks until the answer is true; tells what it waits for when it gives up. */
export async function until(what: string, ask: () => Promise<boolean>, ms = 15_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`still waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
