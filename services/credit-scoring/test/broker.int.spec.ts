import {
  create,
  customerKey,
  CustomerStateSchema,
  decode,
  InvoiceState_State,
  InvoiceStateSchema,
  OrgStateSchema,
  outgoing,
  topicDefs,
  type OutgoingEvent,
} from '@cashloop/events';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { bootService, type RunningService } from '@cashloop/service-shell';
import {
  testBroker,
  testDatabase,
  tokenMaker,
  type TestBroker,
  type TestDatabase,
  type TokenMaker,
} from '@cashloop/testkit';
import { CreditScoringModule } from '../src/credit-scoring.module.ts';
import { migrations } from '../src/migrations/index.ts';
import { uuid } from './builders.ts';

const ORG = '1';
let database: TestDatabase;
let broker: TestBroker;
let tokens: TokenMaker;
let service: RunningService;

beforeAll(async () => {
  [database, broker, tokens] = await Promise.all([testDatabase({ migrations }), testBroker(), tokenMaker()]);
  await broker.createTopics([topicDefs.org, topicDefs.customer, topicDefs.receivable, topicDefs.sync]);
  service = await boot();
}, 60_000);

afterAll(async () => {
  await service.close();
  await Promise.all([database.close(), broker.close()]);
}, 60_000);

const boot = (): Promise<RunningService> =>
  bootService({
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

async function send(...events: OutgoingEvent[]): Promise<void> {
  const kafka = kafkaBroker({ clientId: 'test', brokers: broker.brokers, prefix: broker.topicPrefix });
  const producer = await kafka.producer();
  await producer.send(events.map((one) => ({ ...one, headers: { ...one.headers, ce_source: 'test' } })));
  await producer.close();
  await kafka.close();
}

/** What stands in the hold topic, oldest first. */
async function holds(until: number): Promise<string[]> {
  const kafka = kafkaBroker({ clientId: 'reader', brokers: broker.brokers, prefix: broker.topicPrefix });
  const seen: string[] = [];
  let enough = (): void => {};
  const done = new Promise<void>((resolve) => (enough = resolve));
  const consumer = await kafka.consumer({
    group: `reader-${Math.random()}`,
    topics: [topicDefs.creditHold.name],
    partitionsAtOnce: 1,
    onAssigned: () => {},
    onCrash: () => {},
    onBatch: async (batch, control) => {
      for (const record of batch.records) {
        const decoded = decode(topicDefs.creditHold, record);
        seen.push(decoded.kind === 'event' ? `${decoded.event.type} ${decoded.event.data.version}` : decoded.type);
        control.done(record.offset);
      }
      if (seen.length >= until) enough();
    },
  });
  await done;
  await consumer.close();
  await kafka.close();
  return seen;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, never> }> {
  const headers = { authorization: `Bearer ${await tokens.token()}`, 'content-type': 'application/json' };
  const response = await fetch(service.url + path, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

/** Waits until the client answers with this exposure. */
async function owes(exposure: number): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const { body } = await call('GET', '/credit/clients/5');
    if ((body.currentExposure as unknown) === exposure) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`exposure never became ${exposure}`);
}

const fields = (subject: string) => ({ orgId: ORG, key: customerKey(ORG, '5'), subject, time: new Date() });

function invoice(id: number, version: number, balanceMinor: number): OutgoingEvent {
  const data = create(InvoiceStateSchema, {
    invoiceId: uuid(id),
    version,
    customerId: '5',
    state: balanceMinor === 0 ? InvoiceState_State.PAID : InvoiceState_State.OPEN,
    currency: 'USD',
    totalMinor: '90000',
    netMinor: '90000',
    balanceMinor: String(balanceMinor),
    issueDate: '2026-01-01',
    dueDate: '2026-02-01',
    exchangeRate: '1',
  });
  return outgoing(topicDefs.receivable, 'invoice_created', data, fields(`invoice/${id}`));
}

test('events from the broker become exposure, a hold on the hold topic and its release, across a restart', async () => {
  const org = create(OrgStateSchema, { orgId: ORG, version: 1, name: 'x', timeZone: 'UTC', baseCurrency: 'USD' });
  const customer = create(CustomerStateSchema, {
    customerId: '5',
    version: 1,
    teriCode: 'TERI-5',
    currency: 'USD',
    active: true,
  });
  await send(
    outgoing(topicDefs.org, 'org_upserted', org, { ...fields('org/1'), key: ORG }),
    outgoing(topicDefs.customer, 'customer_upserted', customer, fields('customer/5')),
    invoice(1, 1, 90_000),
  );
  await owes(900);
  await call('PUT', '/credit/settings', { enforcement: 'enforce' });
  expect((await call('PUT', '/credit/clients/5/limit', { limit: '1000', reason: 'agreed' })).body).toMatchObject({
    held: false,
  });
  await send(invoice(2, 1, 30_000), invoice(1, 1, 90_000));
  await owes(1200);
  await service.close();
  await send(invoice(2, 2, 0));
  service = await boot();
  await owes(900);
  expect(await holds(2)).toEqual(['credit_hold_placed 1', 'credit_hold_released 2']);
}, 90_000);
