import type { OutgoingEvent } from '@cashloop/events';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import { OnSync } from '../src/handlers/on-sync.ts';
import { DoSetSettings } from '../src/handlers/do-set-settings.ts';
import { invoice, NOW } from './builders.ts';
import { desk, manager, reading } from './desk.ts';
import { testService, type TestService } from './service.ts';

/** What a decision's row remembers of what it was made of: enough to ask later why. */
let service: TestService;
const { setLimit, readyCustomers } = desk(() => service);

beforeEach(async () => {
  service = await testService();
}, 60_000);
afterEach(() => service.close());

const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

const rowOf = async (table: string): Promise<Record<string, unknown>> => {
  const rows = await service.transaction(['1'], (tx) => tx.query(`select * from ${table} where account_id = 5`));
  expect(rows).toHaveLength(1);
  return rows[0]!;
};

/** The newest of these events, as a reader of the topic gets it. */
const told = (type: string): Record<string, unknown> => {
  const event = service.events.findLast((one: OutgoingEvent) => one.type === type);
  return JSON.parse(event!.value) as Record<string, unknown>;
};

const policyVersion = (): unknown => told('credit_settings_changed').policy_version;

const warnFrom = (warnFromPercent: number) =>
  service.get(DoSetSettings).run({ caller: manager(), order: { warnFromPercent } });

/** How often the account has changed: once for each event about it that was applied, and for each limit. */
const versionOf = async (): Promise<bigint> => BigInt(String((await rowOf('account')).version));

test('breach and hold name their moment, their cause, the policy, the account and the data they saw', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  await warnFrom(85);
  await service.handle(OnSync, reading(later(10)));
  expect(policyVersion()).toBe(2);
  const before = await versionOf();
  service.now = later(20);
  await service.handle(
    OnReceivable,
    invoice({ id: 1, balance: 90_000n }, { id: 'within' }),
    invoice({ id: 2, balance: 30_000n }, { id: 'over' }),
    invoice({ id: 3, balance: 100n }, { id: 'after' }),
  );
  const seen = { policy_version: 2, account_version: String(before + 2n), data_as_of: later(10) };
  expect(await rowOf('credit_breach')).toMatchObject({
    ...seen,
    version: told('credit_breach').version,
    opened_at: later(20),
    opened_by_event_id: 'over',
    opened_exposure_minor: '120000',
    opened_limit_minor: '100000',
    cleared_at: null,
  });
  // The third invoice changed the hold's figures: it was decided anew, on a newer account.
  expect(await rowOf('credit_hold')).toMatchObject({
    ...seen,
    account_version: String(before + 3n),
    version: told('credit_hold_changed').version,
    placed_at: later(20),
    valid_from: later(20),
    causing_event_id: 'after',
    exposure_minor: '120100',
    limit_minor: '100000',
  });
  expect(await versionOf()).toBe(before + 3n);
});

test('what ends them is remembered the same way, under the policy and the data of then', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  await service.handle(OnReceivable, invoice({ id: 1, balance: 120_000n }, { id: 'over' }));
  expect(await rowOf('credit_hold')).toMatchObject({ policy_version: 1, data_as_of: NOW });
  const before = await versionOf();
  service.now = later(30);
  await warnFrom(70);
  await service.handle(OnSync, reading(later(25), 2));
  await service.handle(OnReceivable, invoice({ id: 1, version: 2, balance: 0n, total: 120_000n }, { id: 'paid' }));
  const seen = { policy_version: policyVersion(), account_version: String(before + 1n), data_as_of: later(25) };
  expect(seen.policy_version).toBe(2);
  expect(await rowOf('credit_breach')).toMatchObject({
    version: told('credit_breach_cleared').version,
    opened_at: NOW,
    opened_by_event_id: 'over',
    data_as_of: NOW,
    policy_version: 1,
    account_version: String(before),
    cleared_data_as_of: seen.data_as_of,
    cleared_policy_version: seen.policy_version,
    cleared_account_version: seen.account_version,
    cleared_at: later(30),
    cleared_by_event_id: 'paid',
    cleared_exposure_minor: '0',
    cleared_limit_minor: '100000',
  });
  expect(await rowOf('credit_hold')).toMatchObject({
    ...seen,
    version: told('credit_hold_released').version,
    state: 'free',
    placed_at: NOW,
    valid_from: later(30),
    causing_event_id: 'paid',
  });
});

test('a limit names who set it, when and why, what it was, and the version under which it was announced', async () => {
  await readyCustomers('5');
  service.now = later(5);
  const before = await versionOf();
  await setLimit('5', '1000');
  expect(await rowOf('credit_audit')).toMatchObject({
    action: 'MANUAL_OVERRIDE',
    old_limit_minor: null,
    new_limit_minor: '100000',
    reason: 'agreed',
    performed_by: '42',
    created_at: later(5),
    policy_version: 1,
    account_version: String(before),
  });
  expect(await rowOf('account')).toMatchObject({
    standing_limit_minor: '100000',
    limit_version: told('credit_limit_changed').version,
    version: String(before + 1n),
  });
});
