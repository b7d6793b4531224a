import { ListQuery } from '@cashloop/service-shell';
import { OnCustomer } from '../src/handlers/on-customer.ts';
import { OnOrg } from '../src/handlers/on-org.ts';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import { OnSync } from '../src/handlers/on-sync.ts';
import { RunJudgeDue } from '../src/handlers/run-judge-due.ts';
import { HoldsView } from '../src/stores/holds.view.ts';
import { PartsStore } from '../src/stores/parts.store.ts';
import { exposureOf } from '../src/domain/exposure.ts';
import { clientReply } from '../src/http/client-reply.ts';
import { customer, importCompleted, invoice, NOW, payment, creditNote, tieOut } from './builders.ts';
import { desk, org, reading } from './desk.ts';
import { testService, type TestService } from './service.ts';

let service: TestService;
const { setLimit, enforce, client, stateHash, readyCustomers } = desk(() => service);

beforeEach(async () => {
  service = await testService();
}, 60_000);
afterEach(() => service.close());

/** As a person who is told that the customer is not known yet, and tries again at once. */
async function setLimitOnceKnown(id: string, limit: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; ;) {
    try {
      await setLimit(id, limit);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      const early = code === 'credit.client_unknown' || code === 'credit.currency_unknown';
      if (!early || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

/** An invoice that is written again and again meanwhile, so that whatever happens to its customer happens beside one. */
async function invoicesUntil(over: Promise<void>, id: number, customer: string): Promise<void> {
  let done = false;
  void over.finally(() => (done = true)).catch(() => undefined);
  for (let version = 1; !done || version < 3; version += 1)
    await service.handle(OnReceivable, invoice({ id, version, customer, balance: 150_000n + BigInt(version) }));
}

test('the documented loop: 900 of 1,000 is fine, 1,200 breaches and holds, a payment releases', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  await service.handle(OnReceivable, invoice({ id: 1, balance: 90_000n }));
  expect(service.types()).toEqual(['credit_settings_changed', 'credit_limit_changed']);
  await service.handle(OnReceivable, invoice({ id: 2, balance: 30_000n }, { id: 'cause' }));
  expect(service.types().slice(2)).toEqual(['credit_breach', 'credit_hold_placed']);
  const held = clientReply(await client(), NOW);
  expect(held).toMatchObject({
    limitInForce: 1000,
    currentExposure: 1200,
    available: -200,
    utilizationPercent: 120,
    standing: 'held',
    breachOpen: true,
    creditLimit: null,
  });
  expect(held.hold).toMatchObject({
    wayOut: 200,
    causingEventId: 'cause',
    causes: [{ kind: 'over_limit', amount: 200, threshold: 1000 }],
  });
  await service.handle(
    OnReceivable,
    payment({ id: 9, total: 30_000n, unapplied: 0n }, { changeId: 'c', changeCustomers: ['5'], last: false }),
    invoice({ id: 2, version: 2, balance: 0n, total: 30_000n }, { changeId: 'c', changeCustomers: ['5'] }),
  );
  expect(service.types().slice(4)).toEqual(['credit_breach_cleared', 'credit_hold_released']);
  expect(clientReply(await client(), NOW)).toMatchObject({
    currentExposure: 900,
    standing: 'warning',
    hold: null,
    breachOpen: false,
  });
  const holds = await service.transaction(['1'], (tx) =>
    service.get(HoldsView).list(tx, '1', { state: 'all' }, new ListQuery()),
  );
  expect(holds.items).toHaveLength(1);
  expect(holds.items[0]).toMatchObject({
    accountId: '5',
    teriCode: 'TERI-5',
    hold: { state: 'free', version: 2, releasedBecause: 'within_limit' },
  });
});

test('events in any order between topics lead to one judgement: documents, import, limit-less customer, org last', async () => {
  await service.handle(OnReceivable, invoice({ id: 1, balance: 150_000n }), importCompleted());
  await service.handle(OnCustomer, customer());
  expect((await client()).account).toMatchObject({ ready: false, rebuildDue: true, exposureMinor: 150_000n });
  await service.handle(OnOrg, org());
  await enforce();
  await service.get(RunJudgeDue).run({ now: service.now } as never);
  expect((await client()).account).toMatchObject({ ready: true, rebuildDue: false, exposureMinor: 150_000n });
  await setLimit('5', '1000');
  expect(service.types()).toEqual([
    'credit_settings_changed',
    'credit_limit_changed',
    'credit_breach',
    'credit_hold_placed',
  ]);
});

test('first contact: limit, invoice and customer at once make exactly one breach, every time', async () => {
  await service.handle(OnOrg, org());
  await enforce();
  const ids = Array.from({ length: 25 }, (_, i) => String(100 + i));
  for (const [i, id] of ids.entries()) {
    const limited = setLimitOnceKnown(id, '1000');
    const invoiced = invoicesUntil(limited, 1000 + i, id);
    await Promise.all([limited, invoiced, service.handle(OnCustomer, customer({ id, linkedTo: [] }))]);
  }
  const opened = service.events.filter((event) => event.type === 'credit_breach').map((event) => event.key);
  expect(opened.sort()).toEqual(ids.map((id) => `1:${id}`).sort());
  expect(service.events.filter((event) => event.type === 'credit_hold_placed')).toHaveLength(ids.length);
}, 60_000);

test('first contact of customer and documents at once loses no exposure', async () => {
  await service.handle(OnOrg, org());
  await enforce();
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => String(100 + i)).flatMap((id, i) => [
      service.handle(OnCustomer, customer({ id })),
      service.handle(OnReceivable, invoice({ id: 1000 + i, customer: id, balance: 150_000n }), importCompleted(id)),
    ]),
  );
  for (let i = 0; i < 20; i += 1) {
    expect((await client(String(100 + i))).account).toMatchObject({ exposureMinor: 150_000n, ready: true });
  }
});

test('duplicates, other order and other batches leave the same state', async () => {
  const events = [
    invoice({ id: 1, balance: 50_000n }),
    invoice({ id: 2, balance: 70_000n, customer: '6' }),
    payment({ id: 3, total: 20_000n, unapplied: 20_000n }),
    creditNote({ id: 4, total: 5_000n, unapplied: 5_000n, customer: '6' }),
    invoice({ id: 1, version: 2, balance: 30_000n, total: 50_000n }),
    invoice({ id: 2, version: 2, balance: 0n, total: 70_000n, customer: '6', movedTo: '5' }),
    invoice({ id: 2, version: 3, balance: 70_000n, customer: '5' }),
    payment({ id: 3, version: 2, total: 20_000n, unapplied: 0n }),
    tieOut(false),
    tieOut(true, 2),
  ];
  await readyCustomers('5', '6');
  await service.handle(OnReceivable, ...events);
  const first = await stateHash();
  await service.handle(OnReceivable, ...events);
  expect(await stateHash()).toBe(first);
  await service.close();
  service = await testService();
  await readyCustomers('5', '6');
  for (const i of [9, 6, 2, 0, 8, 5, 7, 3, 1, 4, 0, 6]) await service.handle(OnReceivable, events[i]!);
  expect(await stateHash()).toBe(first);
  const amounts = await service.transaction(['1'], (tx) =>
    service.get(PartsStore).amounts(tx, [
      { orgId: '1', customerId: '5' },
      { orgId: '1', customerId: '6' },
    ]),
  );
  for (const id of ['5', '6']) {
    expect((await client(id)).account.exposureMinor).toBe(
      exposureOf(amounts.get(`1:${id}`) ?? [], { currency: 'USD', homeCurrency: 'USD' }).exposureMinor,
    );
  }
});

test('a document that moves between customers in two batches at once is owed once', async () => {
  await readyCustomers('5', '6');
  for (let round = 0; round < 10; round += 1) {
    const id = 500 + round;
    await Promise.all([
      service.handle(
        OnReceivable,
        invoice({ id, balance: 10_000n, customer: '5' }),
        invoice({ id, version: 2, balance: 0n, total: 10_000n, customer: '5', movedTo: '6' }),
      ),
      service.handle(OnReceivable, invoice({ id, version: 3, balance: 10_000n, customer: '6' })),
    ]);
  }
  expect((await client('5')).account.exposureMinor).toBe(0n);
  expect((await client('6')).account.exposureMinor).toBe(100_000n);
});

test('an open change is judged by the sweep one second after its last event, not before', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  await service.handle(
    OnReceivable,
    invoice({ id: 1, balance: 150_000n }, { changeId: 'c', changeCustomers: ['5'], last: false }),
  );
  const sweep = () => service.get(RunJudgeDue).run({ now: service.now } as never);
  service.now = new Date(NOW.getTime() + 999);
  await sweep();
  expect(service.types()).not.toContain('credit_breach');
  service.now = new Date(NOW.getTime() + 1000);
  await sweep();
  expect(service.types().slice(-2)).toEqual(['credit_breach', 'credit_hold_placed']);
  expect((await client()).account.dueAt).toBeNull();
  const rows = await service.transaction(['1'], (tx) => tx.query('select 1 from open_change'));
  expect(rows).toEqual([]);
});

test('a customer that joins another account takes its debt along, and leaves with it', async () => {
  await readyCustomers('5', '6');
  await setLimit('5', '1000');
  await setLimit('6', '1000');
  await service.handle(
    OnReceivable,
    invoice({ id: 1, balance: 80_000n, customer: '5' }),
    invoice({ id: 2, balance: 110_000n, customer: '6' }),
  );
  expect((await client('6')).account.hold).not.toBeNull();
  await service.handle(OnCustomer, customer({ id: '6', version: 2, parent: '5' }));
  expect((await client('5')).account).toMatchObject({
    memberIds: ['5', '6'],
    exposureMinor: 190_000n,
    hold: { state: 'held', memberIds: ['5', '6'] },
  });
  expect((await client('6')).account.accountId).toBe('5');
  expect(service.types().slice(-4)).toEqual([
    'credit_breach_cleared',
    'credit_hold_released',
    'credit_breach',
    'credit_hold_placed',
  ]);
  await service.handle(OnReceivable, payment({ id: 3, total: 100_000n, unapplied: 100_000n, customer: '6' }));
  expect((await client('5')).account).toMatchObject({ exposureMinor: 90_000n, hold: null });
  await expect(setLimit('6', '1')).rejects.toMatchObject({ code: 'credit.not_an_account' });
  await service.handle(OnCustomer, customer({ id: '6', version: 3 }));
  expect((await client('5')).account).toMatchObject({ memberIds: ['5'], exposureMinor: 80_000n });
  expect((await client('6')).account).toMatchObject({ memberIds: ['6'], exposureMinor: 10_000n, ready: true });
});

test('a tree of several currencies is kept in the org’s currency, and a limit of another does not survive', async () => {
  await readyCustomers('5');
  await service.handle(
    OnCustomer,
    customer({ id: '7', currency: 'EUR', linkedTo: [] }),
    customer({ id: '8', currency: 'EUR', parent: '7', linkedTo: [] }),
  );
  await setLimit('7', '500');
  await service.handle(
    OnReceivable,
    invoice({ id: 1, customer: '7', balance: 10_000n, currency: 'EUR', rate: '1.1' }),
    invoice({ id: 2, customer: '8', balance: 10_000n, currency: 'EUR', rate: '' }),
  );
  expect((await client('7')).account).toMatchObject({
    currency: 'EUR',
    exposureMinor: 20_000n,
    limit: { standingMinor: 50_000n },
  });
  await service.handle(OnCustomer, customer({ id: '8', version: 2, currency: 'USD', parent: '7', linkedTo: [] }));
  expect((await client('7')).account).toMatchObject({
    currency: 'USD',
    exposureMinor: 11_000n,
    unconvertible: 1,
    limit: { standingMinor: null, version: 2 },
  });
  expect(service.types().at(-1)).toBe('credit_limit_changed');
});

test('stale data bar a hold until the company is read again', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  service.now = new Date(NOW.getTime() + 5 * 3_600_000);
  await service.handle(OnReceivable, invoice({ id: 1, balance: 150_000n }));
  expect(service.types().at(-1)).toBe('credit_breach');
  await service.handle(OnSync, reading(service.now, 1));
  await service.get(RunJudgeDue).run({ now: service.now } as never);
  expect(service.types().at(-1)).toBe('credit_hold_placed');
});

test('one org neither sees nor touches another’s rows', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  await service.handle(OnReceivable, invoice({ id: 1, balance: 150_000n }));
  for (const table of [
    'account',
    'customer',
    'invoice',
    'credit_hold',
    'credit_breach',
    'credit_audit',
    'credit_settings',
    'company_reading',
    'customer_company',
  ]) {
    const rows = (orgs: string[]) => service.transaction(orgs, (tx) => tx.query(`select 1 from ${table}`));
    expect([table, (await rows(['1'])).length > 0, (await rows(['2'])).length, (await rows([])).length]).toEqual([
      table,
      true,
      0,
      0,
    ]);
  }
  await expect(
    service.transaction(['2'], (tx) =>
      tx.query("insert into account (org_id, account_id, root_id, member_ids) values (1, 9, 9, '{9}')"),
    ),
  ).rejects.toThrow(/row-level security/);
  await service.handle(OnOrg, org('2'));
  await service.handle(OnCustomer, customer({ id: '5' }, { orgId: '2' }));
  await service.handle(
    OnReceivable,
    invoice({ id: 1, balance: 7n }, { orgId: '2' }),
    invoice({ id: 1, version: 2, balance: 150_001n }),
  );
  expect((await client('5', '2')).account.exposureMinor).toBe(7n);
  expect((await client('5', '1')).account.exposureMinor).toBe(150_001n);
});
