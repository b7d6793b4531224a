import { jest } from '@jest/globals';
import { ListQuery } from '@cashloop/service-shell';
import { OnCustomer } from '../src/handlers/on-customer.ts';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import { DoHold } from '../src/handlers/do-hold.ts';
import { DoSetLimits, type LimitOrder } from '../src/handlers/do-set-limits.ts';
import { DoSetSettings } from '../src/handlers/do-set-settings.ts';
import { RunEndLimits } from '../src/handlers/run-end-limits.ts';
import { RunMeasure } from '../src/handlers/run-measure.ts';
import { AuditView } from '../src/stores/audit.view.ts';
import { FactsView } from '../src/stores/facts.view.ts';
import { TotalsView } from '../src/stores/totals.view.ts';
import { gauges } from '../src/metrics.ts';
import { factsReply } from '../src/http/facts-reply.ts';
import { customer, invoice, NOW, payment, creditNote, uuid } from './builders.ts';
import { desk, manager } from './desk.ts';
import { testService, type TestService } from './service.ts';

let service: TestService;
const { setLimit, enforce, client, readyCustomers } = desk(() => service);

beforeEach(async () => {
  service = await testService();
}, 60_000);
afterEach(() => service.close());

test('a temporary limit ends by itself: it warns and holds nobody', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  await setLimit('5', '2000', { expiresAt: new Date(NOW.getTime() + 60_000) });
  await service.handle(OnReceivable, invoice({ id: 1, balance: 150_000n }));
  expect(service.types()).not.toContain('credit_breach');
  service.now = new Date(NOW.getTime() + 60_000);
  await service.get(RunEndLimits).run({ now: service.now } as never);
  expect((await client()).account).toMatchObject({
    hold: null,
    limit: { standingMinor: 100_000n, temporaryMinor: null, version: 3 },
  });
  expect(service.types().slice(-2)).toEqual(['credit_limit_changed', 'credit_breach']);
  const audit = await service.transaction(['1'], (tx) => service.get(AuditView).list(tx, '1', '5', new ListQuery()));
  expect(audit.items.map((line) => line.action)).toEqual(['LIMIT_ENDED', 'MANUAL_OVERRIDE', 'MANUAL_OVERRIDE']);
});

test('a person who lowers a limit decides whether it holds', async () => {
  await readyCustomers('5', '6');
  for (const id of ['5', '6']) await setLimit(id, '1000');
  await service.handle(
    OnReceivable,
    invoice({ id: 1, balance: 90_000n, customer: '5' }),
    invoice({ id: 2, balance: 90_000n, customer: '6' }),
  );
  await setLimit('5', '500');
  await setLimit('6', '500', { hold: true });
  expect((await client('5')).account).toMatchObject({ hold: null });
  expect((await client('6')).account).toMatchObject({ hold: { state: 'held' } });
});

test('a hold by hand stays until it is ended by hand', async () => {
  await readyCustomers('5');
  const hold = (kind: 'place' | 'release') =>
    service.get(DoHold).run({ caller: manager(), clientId: '5', reason: 'cheque bounced', kind });
  await hold('place');
  expect((await client()).account.hold).toMatchObject({
    severity: 'hard',
    scope: 'unshipped_orders',
    causes: [{ kind: 'manual', note: 'cheque bounced' }],
  });
  await service.handle(OnReceivable, invoice({ id: 1, balance: 1n }));
  expect((await client()).account.hold).not.toBeNull();
  await hold('release');
  expect((await client()).account.hold).toBeNull();
  const own = 'credit_manual_hold_changed';
  expect(service.types().slice(-5)).toEqual([
    own,
    'credit_hold_placed',
    'credit_hold_changed',
    own,
    'credit_hold_released',
  ]);
});

test('a hold by hand is told with each of its versions, also while holds are only observed', async () => {
  await readyCustomers('5', '6');
  await enforce('observe');
  const hold = (clientId: string, kind: 'place' | 'release') =>
    service.get(DoHold).run({ caller: manager(), clientId, reason: `${kind} ${clientId}`, kind });
  await hold('5', 'place');
  await hold('5', 'release');
  await hold('5', 'place');
  const told = (id: string): unknown[] =>
    service.events
      .filter((event) => event.headers.ce_subject === `credit_manual_hold/${id}`)
      .map((event) => JSON.parse(event.value) as object);
  expect(told('5')).toMatchObject([
    { version: 1, held: true, note: 'place 5', placed_by: manager().userId },
    { version: 2, held: false, note: '', placed_by: '' },
    { version: 3, held: true, note: 'place 5' },
  ]);
  expect(service.types()).not.toContain('credit_hold_placed');
  await service.handle(OnCustomer, customer({ id: '5', version: 2, parent: '6' }));
  expect(told('5').at(-1)).toMatchObject({ version: 4, held: false });
  expect(told('6')).toMatchObject([{ version: 1, held: true, note: 'place 5', placed_by: manager().userId }]);
});

test('enforcement: observed holds are told once it is enforced, and freed when it ends', async () => {
  await readyCustomers('5');
  await enforce('observe');
  await setLimit('5', '1000');
  await service.handle(OnReceivable, invoice({ id: 1, balance: 150_000n }));
  expect(service.types()).not.toContain('credit_hold_placed');
  await enforce('enforce');
  expect(service.types().slice(-2)).toEqual(['credit_settings_changed', 'credit_hold_placed']);
  await enforce('off');
  expect(service.types().at(-1)).toBe('credit_hold_released');
  await enforce('enforce');
  expect(service.types().at(-1)).toBe('credit_hold_placed');
});

test('the gauges say what is, and nothing once another replica measures', async () => {
  await readyCustomers('5');
  await enforce('enforce');
  await setLimit('5', '1000');
  await service.handle(OnReceivable, invoice({ id: 1, balance: 150_000n }));
  await service.get(RunMeasure).run();
  const holds = async (): Promise<unknown[]> => (await gauges.holds.get()).values.map(({ value }) => value);
  expect(await holds()).toEqual([1, 0]);
  const later = performance.now() + 61_000;
  const clock = jest.spyOn(performance, 'now').mockReturnValue(later);
  expect(await holds()).toEqual([]);
  clock.mockRestore();
});

test('limits: all or none, unknown clients and bad amounts are refused', async () => {
  await readyCustomers('5');
  await expect(setLimit('77', '1')).rejects.toMatchObject({ status: 404, code: 'credit.client_unknown' });
  await expect(setLimit('5', '1.001')).rejects.toMatchObject({ status: 400 });
  const order = (clientId: string, path: string): LimitOrder => ({
    clientId,
    limit: '10',
    reason: 'bulk',
    expiresAt: null,
    hold: false,
    path,
  });
  const both = service
    .get(DoSetLimits)
    .run({ caller: manager(), orders: [order('5', 'items.0.'), order('77', 'items.1.')], single: false });
  await expect(both).rejects.toMatchObject({ status: 404, errors: [{ field: 'items.1.client_id' }] });
  expect((await client()).account.limit.standingMinor).toBeNull();
  const weights = service.get(DoSetSettings).run({ caller: manager(), order: { tenureWeight: 11 } });
  await expect(weights).rejects.toMatchObject({ status: 400, code: 'credit.weights_sum' });
});

test('totals and facts say what the documents say', async () => {
  await readyCustomers('5');
  await service.handle(
    OnReceivable,
    invoice({ id: 1, balance: 0n, total: 50_000n }),
    invoice({ id: 2, balance: 30_000n, total: 40_000n }),
    payment({ id: 3, total: 60_000n, unapplied: 1_000n }),
    creditNote({ id: 4, total: 500n, unapplied: 500n }),
  );
  const totals = (filter = {}) => service.transaction(['1'], (tx) => service.get(TotalsView).read(tx, '1', filter));
  expect(await totals()).toMatchObject([
    {
      currency: 'USD',
      invoices: 2,
      paid_invoices: 1,
      open_invoices: 1,
      open_minor: '30000',
      unapplied_cash_minor: '1000',
      unapplied_credit_minor: '500',
    },
  ]);
  expect(await totals({ company: 'quickbooks:9341' })).toHaveLength(1);
  expect(await totals({ company: 'quickbooks:1' })).toEqual([]);
  const known = await client();
  const facts = factsReply(
    known,
    await service.transaction(['1'], (tx) => service.get(FactsView).read(tx, '1', ['5'])),
    NOW,
  );
  expect(facts).toMatchObject({ currency: 'USD', account_version: Number(known.account.version) });
  for (const one of facts.invoices) {
    const applied = facts.applications.filter((a) => a.invoice_id === one.id).reduce((sum, a) => sum + a.amount, 0);
    expect(one.balance).toBeCloseTo(one.amount - applied, 2);
  }
  expect(facts.invoices.map((one) => one.id)).toEqual([uuid(1), uuid(2)]);
});
