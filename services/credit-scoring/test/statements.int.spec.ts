import { jest } from '@jest/globals';
import pg from 'pg';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import type { ReceivableEvent } from '../src/domain/ledger.ts';
import { creditNote, importCompleted, invoice, payment, tieOut } from './builders.ts';
import { desk } from './desk.ts';
import { testService, type TestService } from './service.ts';

/**
 * What a batch of receivables costs: the same statements whatever its size, each prepared under a name. The transaction's own
 * (begin with the orgs, commit) cannot have one.
 */
let service: TestService;
const { setLimit, readyCustomers } = desk(() => service);

const SMALL = 40;
const LARGE = 400;
const small = ['11', '12', '13', '14', '15', '16', '17', '18'];
const large = ['21', '22', '23', '24', '25', '26', '27', '28'];

beforeAll(async () => {
  service = await testService();
  await readyCustomers(...small, ...large);
  for (const id of [...small, ...large]) await setLimit(id, '100');
}, 60_000);
afterAll(() => service.close());

/** Names of the statements a batch sends, in order; an unnamed one as its text. */
async function statementsOf(events: readonly ReceivableEvent[]): Promise<string[]> {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  try {
    await service.handle(OnReceivable, ...events);
    return spy.mock.calls.map(([statement]) => {
      const { name, text } = statement as unknown as { name?: string; text?: string };
      return name ?? text ?? String(statement);
    });
  } finally {
    spy.mockRestore();
  }
}

type Batch = (of: { size: number; customers: readonly string[]; firstId: number }) => ReceivableEvent[];

const each = (size: number, event: (i: number) => ReceivableEvent): ReceivableEvent[] =>
  Array.from({ length: size }, (_, i) => event(i));

/** New invoices that take every customer over its limit. */
const invoices: Batch = ({ size, customers, firstId }) =>
  each(size, (i) => invoice({ id: firstId + i, customer: customers[i % customers.length]!, balance: 10_000n }));

/** The same, paid: what is held is released. */
const paid: Batch = ({ size, customers, firstId }) =>
  each(size, (i) =>
    invoice({
      id: firstId + i,
      version: 2,
      customer: customers[i % customers.length]!,
      balance: 0n,
      total: 10_000n,
    }),
  );

/** Every kind of document, news of companies, and a change that stays open: all a batch can ask for. */
const mixed: Batch = ({ size, customers, firstId }) =>
  each(size, (i) => {
    const [id, customer] = [firstId + 10_000 + i, customers[i % customers.length]!];
    if (i < 2) return i === 0 ? importCompleted(customer) : tieOut(true, 2, customer);
    const version = 2;
    const open = { changeId: 'open', changeCustomers: [customer], last: false };
    if (i % 4 === 0) return payment({ id, version, customer, total: 5n, unapplied: 5n });
    if (i % 4 === 1) return creditNote({ id, version, customer, total: 5n, unapplied: 5n });
    return invoice({ id, version, customer, balance: 90_000n }, i % 4 === 2 ? open : {});
  });

const inTransaction = /^(begin; select set_config\('cashloop.orgs', '\{1\}', true\)|commit)$/;

test.each([
  ['new invoices', invoices, 13],
  ['paid ones', paid, 15],
  ['every kind at once', mixed, 26],
])(
  '%s: 400 events cost the statements of 40, all of them prepared',
  async (_, batch, most) => {
    const ofSmall = await statementsOf(batch({ size: SMALL, customers: small, firstId: 1_000 }));
    const ofLarge = await statementsOf(batch({ size: LARGE, customers: large, firstId: 5_000 }));
    expect(ofLarge).toEqual(ofSmall);
    expect(ofSmall.filter((name) => inTransaction.test(name))).toHaveLength(2);
    expect(ofSmall.filter((name) => !inTransaction.test(name) && !name.startsWith('credit_'))).toEqual([]);
    expect(new Set(ofSmall).size).toBe(ofSmall.length);
    expect(ofSmall.length).toBeLessThanOrEqual(most);
  },
  60_000,
);
