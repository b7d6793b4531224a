import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from '../../test/json.ts';
import { type Connected, type RunningSandbox, runSandbox } from '../../test/running-sandbox.ts';

let sandbox: RunningSandbox;
let sample: Json;

beforeAll(async () => {
  sandbox = await runSandbox({ SANDBOX_LIVE: 'true', SANDBOX_LIVE_EVERY_MS: '100' });
  sample = (await sandbox.admin.post('/sample', { seed: 7, customers: 200 })).data;
}, 60_000);
afterAll(() => sandbox?.close());

test('it is made once and can be listed again', async () => {
  expect(sample.customers).toHaveLength(200);
  expect(sample.customers[0]).toEqual({
    external_id: expect.stringMatching(/^\d+$/),
    display_name: expect.any(String),
    credit_limit: expect.stringMatching(/^\d+\.00$/),
    external_rating: expect.any(Number),
  });
  expect((await sandbox.admin.post('/sample', { seed: 8, customers: 10 })).data).toEqual(sample);
  expect((await sandbox.admin.get(`/companies/${sample.realm_id}/sample`)).data).toEqual(sample);
});

test('it trades once an app is connected: invoices and payments, balances past limits and back', async () => {
  const company: Connected = await sandbox.connect('Sample Company');
  expect(company.realm).toBe(sample.realm_id);
  const over = async () => {
    const { data } = await company.api.get('/query', { params: { query: 'select * from Customer maxresults 1000' } });
    const limits = new Map(sample.customers.map((one: Json) => [one.external_id, Number(one.credit_limit)]));
    return new Set<string>(
      data.QueryResponse.Customer.filter((one: Json) => one.Balance > Number(limits.get(one.Id))).map(
        (one: Json) => one.Id,
      ),
    );
  };
  const before = await over();
  expect(before.size).toBeGreaterThanOrEqual(6);
  expect(before.size).toBeLessThanOrEqual(11);
  const came = new Set<string>();
  const went = new Set<string>();
  for (let look = 0; look < 40 && (came.size < 3 || went.size < 2); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const now = await over();
    for (const id of now) if (!before.has(id)) came.add(id);
    for (const id of came) if (!now.has(id)) went.add(id);
  }
  expect(came.size).toBeGreaterThanOrEqual(3);
  expect(went.size).toBeGreaterThanOrEqual(2);
}, 30_000);
