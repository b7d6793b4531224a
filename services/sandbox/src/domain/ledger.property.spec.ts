import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Company } from './company.ts';
import { decideWrite } from './decide-write.ts';
import { exactNumber, type ExactObject } from './exact-json.ts';
import { ApiFault } from './faults.ts';
import { Ledger, type Loaded } from './ledger.ts';
import { type Application, balanceEffect, type Customer, type Txn, type TxnKind } from './records.ts';
import { targetsOf } from './write-payment.ts';

const now = new Date('2026-11-21T10:00:00Z');
const company: Company = {
  realmId: '1',
  name: 'Property',
  homeCurrency: 'USD',
  timeZone: 'America/Los_Angeles',
  freedPaymentMoves: false,
  uniqueDocNumbers: true,
  webhooks: true,
  createdAt: now,
};

const aCustomer = (id: string, parentId: string | null): Customer => ({
  id,
  syncToken: 0,
  createdAt: now,
  updatedAt: now,
  displayName: `C${id}`,
  active: true,
  parentId,
  currency: 'USD',
  balanceMinor: 0n,
  body: {},
});

/** Everything kept between writes, as the stores would. */
class World {
  customers = new Map([aCustomer('1', null), aCustomer('2', '1'), aCustomer('3', null)].map((one) => [one.id, one]));
  txns = new Map<string, Txn>();
  lines: Application[] = [];
  #next = 1;

  /** No more than the ledger store loads: the documents named, their payments, those payments' lines and documents. */
  #around(body: ExactObject): Loaded {
    const named = new Set([...targetsOf(body), ...(typeof body['Id'] === 'string' ? [body['Id']] : [])]);
    const payments = new Set([
      ...named,
      ...this.lines.filter((line) => named.has(line.targetId)).map((line) => line.paymentId),
    ]);
    const applications = this.lines.filter((line) => payments.has(line.paymentId));
    const ids = new Set([...payments, ...applications.map((line) => line.targetId)]);
    const txns = [...this.txns.values()].filter((txn) => ids.has(txn.id));
    const owners = new Set([
      ...txns.map((txn) => txn.customerId),
      (body['CustomerRef'] as ExactObject | undefined)?.['value'],
    ]);
    return {
      applications,
      txns,
      customers: [...this.customers.values()].filter((customer) => owners.has(customer.id)),
    };
  }

  write(kind: TxnKind, operation: 'create' | 'update' | 'void' | 'delete', body: ExactObject): boolean {
    const ledger = new Ledger(this.#around(body));
    const context = { company, now, today: '2026-11-21', newId: String(this.#next), newDocNumber: '1' };
    try {
      const { changed } = decideWrite(ledger, kind, operation, body, context);
      for (const txn of changed) this.txns.set(txn.id, txn);
      const again = new Set(ledger.reapplied);
      this.lines = [
        ...this.lines.filter((line) => !again.has(line.paymentId)),
        ...ledger.reapplied.flatMap((id) => ledger.linesOf(id)),
      ];
      for (const [id, move] of ledger.balanceMoves) this.customers.get(id)!.balanceMinor += move;
      this.#next += 1;
      return true;
    } catch (error) {
      if (error instanceof ApiFault) return false;
      throw error;
    }
  }
}

const cents = (amount: number): ExactObject['x'] => exactNumber((amount / 100).toFixed(2));
const sale = (customer: string, amount: number): ExactObject => ({
  CustomerRef: { value: customer },
  Line: [
    { Amount: cents(amount), DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: '1' } } },
  ],
});

const aStep = fc.record({
  what: fc.constantFrom('invoice', 'memo', 'payment', 'update', 'void', 'delete'),
  customer: fc.constantFrom('1', '2', '3'),
  amount: fc.integer({ min: 0, max: 500 }),
  targets: fc.array(fc.record({ at: fc.nat(30), amount: fc.integer({ min: 0, max: 300 }) }), { maxLength: 4 }),
  at: fc.nat(30),
});
type Step = typeof aStep extends fc.Arbitrary<infer S> ? S : never;

function play(world: World, { what, customer, amount, targets, at }: Step): boolean {
  const all = [...world.txns.values()];
  const picked = all[at % Math.max(all.length, 1)];
  if (what === 'invoice') return world.write('Invoice', 'create', sale(customer, amount));
  if (what === 'memo') return world.write('CreditMemo', 'create', sale(customer, amount));
  if (what === 'payment') return world.write('Payment', 'create', paymentOf(all, customer, amount, targets));
  if (picked === undefined) return false;
  const head = { Id: picked.id, SyncToken: String(picked.syncToken) };
  if (what !== 'update') return world.write(picked.kind, what as 'void' | 'delete', head);
  const body = picked.kind === 'Payment' ? paymentOf(all, customer, amount, targets) : sale(customer, amount);
  return world.write(picked.kind, 'update', { ...head, ...body });
}

function paymentOf(all: Txn[], customer: string, amount: number, targets: Step['targets']): ExactObject {
  const sales = all.filter((txn) => txn.kind !== 'Payment');
  const lines = targets.flatMap(({ at, amount: part }) => {
    const target = sales[at % Math.max(sales.length, 1)];
    return target === undefined
      ? []
      : [{ Amount: cents(part), LinkedTxn: [{ TxnId: target.id, TxnType: target.kind }] }];
  });
  return { CustomerRef: { value: customer }, TotalAmt: cents(amount), Line: lines };
}

const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n);

test('whatever is written: open amounts are totals less applications, never negative; balances add up', () => {
  const played = { done: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(aStep, { minLength: 5, maxLength: 40 }), (steps) => {
      const world = new World();
      for (const step of steps) {
        const done = play(world, step);
        played[done ? 'done' : 'refused'] += 1;
        for (const txn of world.txns.values()) {
          const to = sum(world.lines.filter((line) => line.targetId === txn.id).map((line) => line.amountMinor));
          const from = sum(
            world.lines
              .filter((line) => line.paymentId === txn.id)
              .map((line) => (line.targetKind === 'Invoice' ? line.amountMinor : -line.amountMinor)),
          );
          expect(txn.openMinor).toBe(txn.totalMinor - (txn.kind === 'Payment' ? from : to));
          expect(txn.openMinor >= 0n && txn.openMinor <= txn.totalMinor).toBe(true);
          if (txn.state !== 'open') expect([txn.totalMinor, to, from]).toEqual([0n, 0n, 0n]);
        }
        for (const customer of world.customers.values()) {
          const own = [...world.txns.values()].filter((txn) => txn.customerId === customer.id);
          expect(customer.balanceMinor).toBe(sum(own.map(balanceEffect)));
        }
      }
    }),
    { numRuns: 150 },
  );
  expect(played.done).toBeGreaterThan(played.refused / 4);
});
