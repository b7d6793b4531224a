import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Json } from '../../test/json.ts';
import {
  type Connected,
  invoice,
  payment,
  type RunningSandbox,
  runSandbox,
  VERIFIER,
} from '../../test/running-sandbox.ts';

interface Received {
  body: string;
  signature: string;
  events: Json[];
}

let server: Server;
let sandbox: RunningSandbox;
let company: Connected;
let customer: string;
let received: Received[] = [];
let refuse = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (refuse > 0) {
        refuse -= 1;
        response.statusCode = 503;
        return response.end();
      }
      const body = Buffer.concat(chunks).toString();
      received.push({ body, signature: String(request.headers['intuit-signature']), events: JSON.parse(body) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sandbox = await runSandbox({
    SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/qbo/webhook`,
  });
  company = await sandbox.connect('Announcing');
  const { data } = await company.api.post('/customer', { DisplayName: 'Hook' });
  customer = data.Customer.Id;
  await until(() => events().length >= 1);
});
beforeEach(() => {
  received = [];
});
afterAll(async () => {
  await sandbox?.close();
  server.close();
});

const events = () => received.flatMap((one) => one.events);
const types = () => events().map((event) => event.type);
async function until(done: () => boolean, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!done()) {
    if (Date.now() > end) throw new Error(`waited in vain; received ${JSON.stringify(types())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const bill = async (amount: number) => (await company.api.post('/invoice', invoice(customer, amount))).data.Invoice;

test('changes are announced as signed CloudEvents', async () => {
  const made = await bill(100);
  const { data } = await company.api.post('/payment', payment(customer, 100, { [made.Id]: 100 }));
  await company.api.post('/invoice?operation=void', { Id: made.Id, SyncToken: '1' });
  await company.api.post('/payment?operation=delete', { Id: data.Payment.Id, SyncToken: '0' });
  await until(() => events().length >= 5);
  expect(types()).toEqual([
    'qbo.invoice.created.v1',
    'qbo.payment.created.v1',
    'qbo.invoice.updated.v1',
    'qbo.invoice.void.v1',
    'qbo.payment.deleted.v1',
  ]);
  for (const one of received)
    expect(one.signature).toBe(createHmac('sha256', VERIFIER).update(one.body).digest('base64'));
  const schema = JSON.parse(readFileSync(new URL('../../test/cloudevents.schema.json', import.meta.url), 'utf8'));
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  for (const event of events()) {
    expect([validate(event), validate.errors]).toEqual([true, null]);
    expect(event).toMatchObject({ intuitaccountid: company.realm, time: expect.stringMatching(/\.\d{9}Z$/) });
  }
});

test('an app that is away gets it again, several companies in one body', async () => {
  refuse = 1;
  const other = await sandbox.connect('Second');
  await bill(1);
  await other.api.post('/customer', { DisplayName: 'Elsewhere' });
  await until(() => events().length >= 2);
  expect(new Set(events().map((event) => event.intuitaccountid))).toEqual(new Set([company.realm, other.realm]));
});

test('lost, duplicated and reordered on demand', async () => {
  const realm = company.realm;
  await sandbox.admin.post('/faults', { kind: 'lose_webhooks', times: 1, realm });
  await bill(2);
  const kept = await bill(3);
  await until(() => events().length >= 1);
  expect(events().map((event) => event.intuitentityid)).toEqual([kept.Id]);
  await sandbox.admin.post('/faults', { kind: 'duplicate_webhooks', times: 1, realm });
  const twice = await bill(4);
  await until(() => events().filter((event) => event.intuitentityid === twice.Id).length === 2);
  expect(
    new Set(
      events()
        .filter((event) => event.intuitentityid === twice.Id)
        .map((event) => event.id),
    ).size,
  ).toBe(1);
  await sandbox.admin.post('/faults', { kind: 'reorder_webhooks', times: 1, realm });
  const late = await bill(5);
  const early = await bill(6);
  await until(() => events().some((event) => event.intuitentityid === late.Id));
  const order = events().map((event) => event.intuitentityid);
  expect(order.indexOf(early.Id)).toBeLessThan(order.indexOf(late.Id));
});

test('somebody in the office takes a payment or voids an invoice', async () => {
  const made = await bill(70);
  const { data } = await sandbox.admin.post(`/companies/${company.realm}/payments`, {
    invoice_id: made.Id,
    amount: '20.50',
  });
  expect(data).toEqual({ payment_id: expect.any(String), invoice_id: made.Id, amount: '20.50' });
  expect((await company.api.get(`/invoice/${made.Id}`)).data.Invoice.Balance).toBe(49.5);
  await sandbox.admin.post(`/companies/${company.realm}/invoices/${made.Id}/void`, {});
  await until(() => types().includes('qbo.invoice.void.v1'));
  const tooMuch = await sandbox.admin.post(`/companies/${company.realm}/payments`, {
    invoice_id: made.Id,
    amount: '1',
  });
  expect([tooMuch.status, tooMuch.data.code]).toEqual([422, 'sandbox.refused']);
});
