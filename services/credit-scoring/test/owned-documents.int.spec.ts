import { customerKey, type OutgoingEvent } from '@cashloop/events';
import { advanceVersions, currentEvents, placesOf, type Query } from '@cashloop/messaging/ops';
import type { Tx } from '@cashloop/persistence';
import { documents } from '../src/credit-scoring.module.ts';
import { DoHold } from '../src/handlers/do-hold.ts';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import { invoice } from './builders.ts';
import { desk, manager } from './desk.ts';
import { testService, type TestService } from './service.ts';

let service: TestService;
const { setLimit, enforce, readyCustomers } = desk(() => service);

beforeEach(async () => {
  service = await testService();
}, 60_000);
afterEach(() => service.close());

const queryOf =
  (tx: Tx): Query =>
  (sql, params) =>
    tx.query(sql, params);

const current = (customers?: readonly string[]): Promise<OutgoingEvent[]> =>
  service.transaction(['1'], async (tx) => {
    const events: OutgoingEvent[] = [];
    for (const kind of documents.kinds) {
      const places = await placesOf(queryOf(tx), kind, customers);
      events.push(...(await currentEvents(queryOf(tx), kind, places)));
    }
    return events;
  });

/** The newest version of each document, as it was first told. */
const told = (): Map<string, OutgoingEvent> =>
  new Map(service.events.map((event) => [event.headers.ce_subject ?? '', event]));

const subjectsOf = (events: readonly OutgoingEvent[]): string[] =>
  events.map((event) => event.headers.ce_subject ?? '');

async function story(): Promise<void> {
  await readyCustomers('5', '6');
  await enforce();
  await setLimit('5', '1000');
  await setLimit('6', '1000');
  await setLimit('6', '2000', { expiresAt: new Date(service.now.getTime() + 1000) });
  await service.handle(OnReceivable, invoice({ id: 1, balance: 120_000n }));
  await service.handle(OnReceivable, invoice({ id: 2, balance: 300_000n, customer: '6' }));
  const hold = (clientId: string, kind: 'place' | 'release') =>
    service.get(DoHold).run({ caller: manager(), clientId, reason: 'cheque bounced', kind });
  await hold('5', 'place');
  await hold('6', 'place');
  service.now = new Date(service.now.getTime() + 60_000);
  await hold('6', 'release');
  await service.handle(OnReceivable, invoice({ id: 1, version: 2, balance: 0n }));
}

test('every document is told again as it was first told: same id, same version, same words', async () => {
  await story();
  const events = await current();
  expect(subjectsOf(events).sort()).toEqual([...told().keys()].sort());
  for (const event of events) {
    const first = told().get(event.headers.ce_subject ?? '');
    expect({ ...event, value: JSON.parse(event.value) as unknown }).toEqual({
      ...first,
      value: JSON.parse(first?.value ?? '') as unknown,
    });
  }
});

test('a customer has its own documents only', async () => {
  await story();
  expect(subjectsOf(await current(['6'])).sort()).toEqual([
    'credit_breach/6',
    'credit_hold/6',
    'credit_limit/6',
    'credit_manual_hold/6',
  ]);
});

test('advanced versions stand above all that were told, and what follows goes on from them', async () => {
  await story();
  const raised = await service.transaction(['1'], async (tx) => {
    const counts: number[] = [];
    for (const kind of documents.kinds) counts.push(await advanceVersions(queryOf(tx), kind, 1000));
    return counts;
  });
  expect(raised).toEqual([1, 2, 2, 2, 2]);
  const versionOf = (event: OutgoingEvent | undefined): number =>
    (JSON.parse(event?.value ?? '{}') as { version: number }).version;
  for (const event of await current()) {
    const before = told().get(event.headers.ce_subject ?? '');
    expect(versionOf(event)).toBe(versionOf(before) + 1000);
    expect(event.id).not.toBe(before?.id);
  }
  await service.handle(OnReceivable, invoice({ id: 2, version: 2, balance: 0n, customer: '6' }));
  const hold = told().get('credit_hold/6');
  expect(hold?.type).toBe('credit_hold_released');
  expect(hold?.key).toBe(customerKey('1', '6'));
  expect(versionOf(hold)).toBe(1004); // it held for two reasons, then for one
});

test('what was never told rises too: since the backup it may have been', async () => {
  await readyCustomers('5');
  await enforce();
  await service.transaction(['1'], async (tx) => {
    for (const kind of documents.kinds) await advanceVersions(queryOf(tx), kind, 1000);
  });
  expect(subjectsOf(await current())).toEqual(['credit_settings/1']);
  await setLimit('5', '1000');
  await service.handle(OnReceivable, invoice({ id: 1, balance: 120_000n }));
  await service.get(DoHold).run({ caller: manager(), clientId: '5', reason: 'cheque bounced', kind: 'place' });
  const versions = service.events
    .filter((event) => event.headers.ce_subject?.endsWith('/5'))
    .map((event) => [event.type, (JSON.parse(event.value) as { version: number }).version]);
  expect(versions).toEqual([
    ['credit_limit_changed', 1001],
    ['credit_breach', 1001],
    ['credit_hold_placed', 1001],
    ['credit_manual_hold_changed', 1001],
    ['credit_hold_changed', 1002],
  ]);
});

test('a hold that only we see is told as none', async () => {
  await readyCustomers('5');
  await setLimit('5', '1000');
  await enforce('observe');
  await service.handle(OnReceivable, invoice({ id: 1, balance: 120_000n }));
  const hold = (await current()).find((event) => event.headers.ce_subject === 'credit_hold/5');
  expect(hold?.type).toBe('credit_hold_released');
  expect(JSON.parse(hold?.value ?? '')).toMatchObject({ state: 'FREE', causes: [], released_because: 'observe_only' });
});
