import { Bookkeeper, Manager } from '../people.ts';
import { eventually, System } from '../system.ts';

/** An invoice paid in QuickBooks changes a credit decision: the story of the first issue, on the whole running system. */
const system = new System(Number(process.env.E2E_PORT_BASE ?? 19080));
let manager: Manager;
let books: Bookkeeper;
let client: { id: number };
let inQuickBooks: string;

interface Hold {
  account_id: number | string;
  state: string;
  hold_id: string;
  version: number;
}

const exposure = async (): Promise<number> =>
  Number((await manager.get(`/credit/clients/${client.id}`)).currentExposure);
const holds = async (state: string): Promise<Hold[]> => {
  const page = (await manager.get(`/credit/holds?state=${state}&limit=200`)) as unknown as { items: Hold[] };
  return page.items.filter((hold) => Number(hold.account_id) === client.id);
};
const exposureBecomes = (amount: number): Promise<true> =>
  eventually(async () => {
    const now = await exposure();
    if (now !== amount) throw new Error(`exposure is ${now}`);
    return true as const;
  });

beforeAll(async () => {
  await system.start('--no-sample', '--no-live');
  manager = await Manager.login(system);
  await manager.send('PUT', '/credit/settings', { enforcement: 'enforce' });
  books = await Bookkeeper.open(system, 'Story Ltd');
  await manager.connect(books.realmId);
}, 300_000);

afterAll(() => system.stop(), 120_000);

test('a customer made in QuickBooks becomes a customer of the master', async () => {
  inQuickBooks = await books.customer('Amy of the Story');
  client = await eventually(async () => {
    const page = (await manager.get(
      `/customers?system=quickbooks&external_id=${inQuickBooks}&company=${books.realmId}`,
    )) as { items: { id: number }[] };
    return page.items[0];
  });
}, 60_000);

test('with a limit of 1,000 and invoices of 900 nothing is held', async () => {
  // The customer reaches credit-scoring a moment after the master.
  await eventually(() =>
    manager.send('PUT', `/credit/clients/${client.id}/limit`, { limit: '1000.00', reason: 'story' }),
  );
  await books.invoice(inQuickBooks, 900);
  await exposureBecomes(900);
  expect(await holds('held')).toEqual([]);
}, 60_000);

let second: string;
test('an invoice that brings it to 1,200 places a hold within two seconds of the webhook', async () => {
  second = await books.invoice(inQuickBooks, 300);
  const started = Date.now();
  const [hold] = await eventually(
    async () => {
      const held = await holds('held');
      return held.length > 0 ? held : undefined;
    },
    5_000,
    50,
  );
  expect(Date.now() - started).toBeLessThan(2_000);
  expect(hold).toMatchObject({ state: 'held' });
  expect(await exposure()).toBe(1200);
}, 60_000);

/** Trace of the newest record of a type in the vault. */
async function traceOf(topic: string, type: string): Promise<string> {
  return eventually(async () => {
    const page = (await manager.get(`/compliance/vault/records?topic=${topic}&sort=-stored_at&limit=50`)) as {
      items: { headers: { name: string; value: string }[] }[];
    };
    const headers = page.items.map((item) => new Map(item.headers.map(({ name, value }) => [name, value])));
    const newest = headers.find((one) => one.get('ce_type') === type);
    return newest?.get('traceparent')?.split('-')[1];
  });
}

test('one trace leads from the reading of QuickBooks to the hold', async () => {
  const read = await traceOf('cashloop.receivable.v1', 'invoice_created');
  expect(read).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
  expect(await traceOf('cashloop.credit-hold.v1', 'credit_hold_placed')).toBe(read);
}, 60_000);

test('kill -9 of credit-scoring in the middle changes nothing', async () => {
  const [before] = await holds('held');
  const killed = system.part('credit-scoring').pid;
  system.kill('credit-scoring');
  const third = await books.invoice(inQuickBooks, 50);
  await eventually(
    () => {
      const { pid, state } = system.part('credit-scoring');
      return state === 'ready' && pid !== killed;
    },
    60_000,
    500,
  );
  await exposureBecomes(1250);
  expect((await holds('held')).map((hold) => hold.hold_id)).toEqual([before!.hold_id]);
  await books.payment(inQuickBooks, third, 50);
  await exposureBecomes(1200);
}, 120_000);

test('a payment whose webhook is lost is found by the poll, and the hold is released', async () => {
  const [before] = await holds('held');
  await books.loseWebhooks(100);
  await books.payment(inQuickBooks, second, 300);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await exposure()).toBe(1200);
  await manager.send('POST', '/qbo/sync/invoice/poll_all');
  await exposureBecomes(900);
  const released = await eventually(async () => (await holds('free')).find((hold) => hold.hold_id === before!.hold_id));
  expect(released.version).toBeGreaterThan(before!.version);
  expect(await holds('held')).toEqual([]);
  await books.deliverWebhooksAgain();
}, 60_000);

test('the vault holds every event of the story and verifies', () => {
  const verify = system.run('tools/ops/main.ts', 'vault', 'verify');
  expect(verify).toMatchObject({ status: 0 });
}, 60_000);
