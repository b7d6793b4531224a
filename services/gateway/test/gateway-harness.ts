import {
  create,
  customerKey,
  CreditHoldState_Scope,
  CreditHoldState_Severity,
  CreditHoldState_State,
  CreditHoldStateSchema,
  HoldCause_Kind,
  outgoing,
  timestampFromDate,
  topicDefs,
} from '@cashloop/events';
import { bootService, type RunningService } from '@cashloop/service-shell';
import { testBroker, testDatabase, testRedis, tokenMaker, type TestBroker, type TestDatabase } from '@cashloop/testkit';
import kafkajs from 'kafkajs';
import { GatewayModule } from '../src/gateway.module.ts';
import { wireGateway } from '../src/http/wire-gateway.ts';
import { migrations } from '../src/migrations/index.ts';

export const ADMIN = { email: 'admin@cashloop.local', password: 'a good long password' };

/** A gateway on a database, a topic prefix and a Redis prefix of its own. */
export interface Harness {
  database: TestDatabase;
  broker: TestBroker;
  env: Record<string, string>;
  boot(extra?: Record<string, string>): Promise<RunningService>;
  close(): Promise<void>;
}

export async function harness(): Promise<Harness> {
  const [database, broker, keys] = [await testDatabase({ migrations }), await testBroker(), await tokenMaker()];
  await broker.createTopics([topicDefs.org, topicDefs.creditHold]);
  const redis = testRedis();
  const nowhere = 'http://127.0.0.1:1';
  const env = {
    PORT: '0',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_REPLICATION: '1',
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
    GATEWAY_DATABASE_URL: database.url,
    GATEWAY_PUBLIC_KEY: keys.publicKeyPem,
    GATEWAY_PRIVATE_KEY: keys.privateKeyPem,
    GATEWAY_ADMIN_EMAIL: ADMIN.email,
    GATEWAY_ADMIN_PASSWORD: ADMIN.password,
    CRM_SYNC_URL: nowhere,
    QUICKBOOKS_SYNC_URL: nowhere,
    CREDIT_SCORING_URL: nowhere,
    COMPLIANCE_URL: nowhere,
  };
  const running: RunningService[] = [];
  return {
    database,
    broker,
    env,
    boot: async (extra = {}) => {
      const service = await bootService({
        name: 'gateway',
        module: GatewayModule,
        configure: wireGateway,
        env: { ...env, ...extra },
      });
      running.push(service);
      await until(async () => (await fetch(`${service.url}/health`)).ok, 30_000);
      return service;
    },
    close: async () => {
      for (const service of running) await service.close().catch(() => undefined);
      await broker.close();
      await database.close();
    },
  };
}

export async function until(check: () => Promise<boolean> | boolean, ms = 15_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('what the test waits for did not happen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Calls the gateway; answers status, headers and the parsed body. */
export async function call(
  url: string,
  path: string,
  init: { token?: string; method?: string; json?: unknown; headers?: Record<string, string>; redirect?: 'manual' } = {},
  // Answers are as loose as JSON: the tests say what they expect of them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
): Promise<{ status: number; headers: Headers; body: any }> {
  const headers: Record<string, string> = { ...init.headers };
  if (init.token !== undefined) headers.authorization = `Bearer ${init.token}`;
  if (init.json !== undefined) headers['content-type'] = 'application/json';
  const body = init.json === undefined ? undefined : JSON.stringify(init.json);
  const answer = await fetch(url + path, {
    method: init.method ?? (body ? 'POST' : 'GET'),
    headers,
    body,
    redirect: init.redirect ?? 'follow',
  });
  const text = await answer.text();
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

export async function signIn(url: string, login: { email: string; password: string } = ADMIN): Promise<string> {
  const { body } = await call(url, '/auth/login', { json: login });
  return body.access_token as string;
}

/** Puts hold events on the topic as credit-scoring would. */
export async function publishHolds(
  broker: TestBroker,
  holds: readonly { orgId?: string; account: string; version: number; held: boolean }[],
): Promise<void> {
  const kafka = new kafkajs.Kafka({ clientId: 'test', brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = holds.map((hold) => {
    const event = holdEvent(hold.orgId ?? '1', hold.account, hold.version, hold.held);
    return { key: event.key, value: event.value, headers: { ...event.headers, ce_source: 'credit-scoring' } };
  });
  await producer.send({ topic: broker.topicPrefix + topicDefs.creditHold.name, messages });
  await producer.disconnect();
}

function holdEvent(orgId: string, account: string, version: number, held: boolean) {
  const now = new Date();
  const data = create(CreditHoldStateSchema, {
    accountId: account,
    version,
    holdId: '0197a0b0-0000-7000-8000-000000000001',
    state: held ? CreditHoldState_State.HELD : CreditHoldState_State.FREE,
    severity: CreditHoldState_Severity.SOFT,
    scope: CreditHoldState_Scope.NEW_ORDERS,
    memberCustomerIds: [account],
    causes: held
      ? [
          {
            kind: HoldCause_Kind.OVER_LIMIT,
            amountMinor: '20000',
            thresholdMinor: '100000',
            since: timestampFromDate(now),
          },
        ]
      : [],
    currency: 'USD',
    exposureMinor: held ? '120000' : '90000',
    limitInForceMinor: '100000',
    availableMinor: held ? '-20000' : '10000',
    validFrom: timestampFromDate(now),
    dataAsOf: timestampFromDate(now),
    causingEventId: 'e1',
  });
  return outgoing(topicDefs.creditHold, held ? 'credit_hold_placed' : 'credit_hold_released', data, {
    orgId,
    key: customerKey(orgId, account),
    subject: `credit_hold/${account}`,
    time: now,
  });
}
