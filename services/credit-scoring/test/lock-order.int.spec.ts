import type { HandlerContext, Logger } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { OnCustomer } from '../src/handlers/on-customer.ts';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import { AccountWorkStore } from '../src/stores/account-work.store.ts';
import { PolicyStore } from '../src/stores/policy.store.ts';
import { customer, invoice, NOW } from './builders.ts';
import { desk } from './desk.ts';
import { testService, type TestService } from './service.ts';

/**
 * Transactions that want the same accounts in opposite orders. The consumer would repeat a deadlock in place, so nobody
 * would notice it but by a second lost each time: here nothing is repeated but a read that went stale.
 */
const log: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const ROUNDS = 12;
let service: TestService;
const { readyCustomers } = desk(() => service);

beforeAll(async () => {
  service = await testService();
  await readyCustomers('1');
}, 60_000);
afterAll(() => service.close());

type Work = (ctx: HandlerContext) => Promise<unknown>;

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? error);

/** How many wait for a lock; what a transaction has read of this stays as it was unless it is told to forget. */
async function waiters(tx: Tx): Promise<number> {
  await tx.query('select pg_stat_clear_snapshot()');
  const [row] = await tx.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.waiting ?? 0;
}

/** All at once: they wait at the org's settings, which every one of them reads first, until the last one is there. */
async function together(works: readonly Work[]): Promise<string[]> {
  const failed: string[] = [];
  const run = async (work: Work): Promise<void> => {
    for (;;) {
      try {
        await service.transaction(['1'], (tx) => work({ tx, now: NOW, log }));
        return;
      } catch (error) {
        if (codeOf(error) !== '40001') return void failed.push(codeOf(error));
      }
    }
  };
  let running: Promise<void>[] = [];
  await service.transaction(['1'], async (tx) => {
    await service.get(PolicyStore).lockSettings(tx, '1', NOW);
    running = works.map(run);
    // The gate makes them meet; when a slow machine opens it too early, they only meet less often.
    for (let tries = 0; tries < 200 && (await waiters(tx)) < works.length; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  await Promise.all(running);
  return failed;
}

const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => String(from + i));

let document = 0;
const bill =
  (customers: readonly string[]): Work =>
  (ctx) => {
    const events = customers.map((id) => invoice({ id: (document += 1), customer: id, balance: 100n }));
    return service.get(OnReceivable).handle(events, ctx);
  };

/** Over the accounts with ids in this range; members of a tree have what they owe at its top. */
const sum = (what: 'exposure_minor' | 'version', from: string, to: string): Promise<string | undefined> =>
  service.transaction(['1'], async (tx) => {
    const sql = `select sum(${what})::bigint as sum from account where account_id between $1 and $2`;
    return (await tx.query<{ sum: string }>(sql, [from, to]))[0]?.sum;
  });

test('accounts that do not exist yet: made and locked in id order, whoever names them first', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = ids(1_000 + round * 100, 40);
    const works = [bill(all), bill(all.toReversed()), bill(all.slice(10)), bill(all.slice(0, 30).toReversed())];
    expect(await together(works)).toEqual([]);
    // Without a master they owe nothing yet that could be added up: but each bill changed its account.
    expect(await sum('version', all[0]!, all.at(-1)!)).toBe('140');
  }
}, 120_000);

test('accounts in trees, wanted by batches of every topic and by people', async () => {
  const all = ids(100, 30);
  const master = (id: string, version: number) =>
    // Every third belongs to the next one, so the account to lock is another one than the one named.
    customer({ id, version, linkedTo: [], ...(Number(id) % 3 === 0 ? { parent: String(Number(id) + 1) } : {}) });
  await service.handle(OnCustomer, ...all.map((id) => master(id, 1)));
  const refs = all.toReversed().map((customerId) => ({ orgId: '1', customerId }));
  for (let round = 0; round < ROUNDS; round += 1) {
    const masters =
      (list: readonly string[]): Work =>
      (ctx) =>
        service.get(OnCustomer).handle(
          list.map((id) => master(id, 2 + round)),
          ctx,
        );
    const works: Work[] = [
      bill(all),
      bill(all.toReversed()),
      masters(all),
      masters(all.toReversed()),
      (ctx) => service.get(AccountWorkStore).open(ctx, refs),
    ];
    expect(await together(works)).toEqual([]);
  }
  expect(await sum('exposure_minor', '100', '130')).toBe(String(ROUNDS * 2 * all.length * 100));
}, 120_000);
