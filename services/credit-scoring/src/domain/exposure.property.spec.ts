import fc from 'fast-check';
import { InvoiceState_State, PaymentState_State } from '@cashloop/events';
import { creditNote, invoice, NOW, payment } from '../../test/builders.ts';
import { newAccount, type Account } from './account.ts';
import { exposureOf } from './exposure.ts';
import { Ledger, type Books, type ReceivableEvent } from './ledger.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const CUSTOMERS = ['5', '6', '7'];
// 6 is a member of 5's account; 7 stands alone.
const TOP: Record<string, string> = { 5: '5', 6: '5', 7: '7' };

const account = (id: string): Account => ({
  ...newAccount('1', id),
  rootId: TOP[id]!,
  memberIds: CUSTOMERS.filter((one) => TOP[one] === id),
  currency: 'USD',
  ready: true,
  limit: { standingMinor: 50_000n, temporaryMinor: null, expiresAt: null, version: 1 },
});

const amount = fc.bigInt({ min: 0n, max: 100_000n });
const money = fc.record({
  customer: fc.constantFrom(...CUSTOMERS),
  currency: fc.constantFrom('USD', 'EUR'),
  rate: fc.constantFrom('1.105', '0.9', ''),
});

/** Every version of one document, first to last. */
const history: fc.Arbitrary<ReceivableEvent[]> = fc
  .record({ id: fc.nat(1e9), kind: fc.constantFrom('invoice', 'payment', 'note'), first: money })
  .chain(({ id, kind, first }) =>
    fc
      .array(fc.record({ open: amount, state: fc.nat(9), customer: fc.constantFrom(...CUSTOMERS) }), {
        minLength: 1,
        maxLength: 4,
      })
      .map((states) =>
        states.map((one, i) => {
          // A document keeps its currency; it may move between customers.
          const base = { id, version: i + 1, ...first, customer: i === 0 ? first.customer : one.customer };
          if (kind === 'invoice') {
            const state =
              one.state === 0
                ? InvoiceState_State.VOIDED
                : one.state === 1 && i === states.length - 1
                  ? InvoiceState_State.DELETED
                  : undefined;
            return invoice({ ...base, balance: one.open, total: 100_000n, state });
          }
          const state = one.state === 0 ? PaymentState_State.VOIDED : PaymentState_State.RECEIVED;
          if (kind === 'payment') return payment({ ...base, total: 100_000n, unapplied: one.open, state });
          return creditNote({ ...base, total: 100_000n, unapplied: one.open });
        }),
      ),
  );

/** Any order, some events twice. */
const deliveries = fc
  .uniqueArray(history, {
    maxLength: 8,
    selector: (events) => JSON.stringify(events[0]!.data.customerId) + events[0]!.id,
  })
  .chain((histories) => {
    const events = histories.flat();
    return fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray([...events, ...events], { minLength: events.length }).map((some) => [...some, ...events]),
    );
  });

function run(events: readonly ReceivableEvent[], batches = 1): Books & { events: string[] } {
  const books: Books = {
    accounts: new Map(CUSTOMERS.map((id) => [`1:${id}`, account(id)])),
    documents: new Map(),
    changes: new Map(),
    members: new Map(),
    companyFacts: new Map(),
  };
  const told: string[] = [];
  const size = Math.ceil(events.length / batches) || 1;
  let ids = 0;
  for (let i = 0; i < events.length; i += size) {
    const ledger = new Ledger(books, {
      policies: new Map([
        ['1', { settings: { ...DEFAULT_SETTINGS, enforcement: 'enforce' as const }, homeCurrency: 'USD' }],
      ]),
      readings: new Map(),
      now: NOW,
      newId: () => `id-${++ids}`,
    });
    for (const event of events.slice(i, i + size)) ledger.apply(event);
    told.push(...ledger.decisions.events.map((event) => `${event.type} ${event.key} ${event.value}`));
  }
  return { ...books, events: told };
}

const figures = (books: Books) =>
  [...books.accounts.values()].map(({ accountId, exposureMinor, unconvertible }) => [
    accountId,
    exposureMinor,
    unconvertible,
  ]);

test('the running exposure is what a recomputation from the documents gives, in any order, with repeats', () => {
  fc.assert(
    fc.property(deliveries, ([, delivered]) => {
      const books = run(delivered);
      for (const one of books.accounts.values()) {
        const mine = [...books.documents.values()].filter((document) => TOP[document.customerId] === one.accountId);
        const recomputed = exposureOf(mine, { currency: 'USD', homeCurrency: 'USD' });
        expect({ exposureMinor: one.exposureMinor, unconvertible: one.unconvertible }).toEqual(recomputed);
      }
    }),
    { numRuns: 300 },
  );
});

test('order and repeats leave the same figures', () => {
  fc.assert(
    fc.property(deliveries, ([events, delivered]) => {
      expect(figures(run(delivered))).toEqual(figures(run(events)));
    }),
    { numRuns: 300 },
  );
});

test('where batches begin and end changes no decision', () => {
  fc.assert(
    fc.property(deliveries, fc.integer({ min: 2, max: 9 }), ([, delivered], batches) => {
      expect(run(delivered, batches).events).toEqual(run(delivered).events);
    }),
  );
});

test('an account is held exactly while it is in breach, when nothing bars a hold', () => {
  fc.assert(
    fc.property(deliveries, ([, delivered]) => {
      for (const one of run(delivered).accounts.values()) {
        if (one.unconvertible > 0 || one.rootId !== one.accountId) continue;
        expect(one.hold !== null).toBe(one.breachId !== null);
        expect(one.breachId !== null).toBe(one.exposureMinor > 50_000n);
      }
    }),
    { numRuns: 300 },
  );
});

test('breaches and holds open and close in turn, with versions that rise by one', () => {
  fc.assert(
    fc.property(deliveries, ([, delivered]) => {
      const open = new Map<string, boolean>();
      const version = new Map<string, number>();
      for (const line of run(delivered).events) {
        const [type, key, ...json] = line.split(' ');
        const topic = type!.startsWith('credit_hold') ? 'hold' : 'breach';
        const id = `${topic} ${key}`;
        const state = JSON.parse(json.join(' ')) as { version: number };
        expect(state.version).toBe((version.get(id) ?? 0) + 1);
        version.set(id, state.version);
        const opens = type === 'credit_breach' || type === 'credit_hold_placed';
        if (type === 'credit_hold_changed') expect(open.get(id)).toBe(true);
        else expect(open.get(id) ?? false).toBe(!opens);
        open.set(id, type === 'credit_hold_changed' ? true : opens);
      }
    }),
    { numRuns: 300 },
  );
});
