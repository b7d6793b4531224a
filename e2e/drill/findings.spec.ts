import { check, type Books } from './findings.ts';
import { Ledger } from './ledger.ts';
import { Seeded } from './seeded.ts';

const hold = (account: string, version: number, id: string, state = 'HELD') => ({
  headers: { ce_id: id },
  value: Buffer.from(JSON.stringify({ account_id: account, version, hold_id: `h${account}`, state })),
});

/** What a faultless system would answer; a test then breaks one thing. */
function faultless() {
  const ledger = new Ledger(new Seeded(1));
  let written = 0;
  for (let i = 0; i < 200; i += 1) written += ledger.step().length;
  const exposures = [...ledger.exposures()];
  const answers = {
    invoice: [...ledger.invoices.values()].map(({ id, version, balance }) => ({ id, version, minor: String(balance) })),
    payment: [...ledger.payments.values()].map(({ id, version, unapplied }) => ({
      id,
      version,
      minor: String(unapplied),
    })),
    accounts: exposures.map(([id, minor]) => ({ id, minor: String(minor), recomputed: String(minor) })),
    holds: [{ account_id: '1', version: 2, hold_id: 'h1', state: 'free' }],
    vaulted: { 'cashloop.receivable.v1': written, 'cashloop.credit-hold.v1': 2 } as Record<string, number>,
    records: [hold('1', 1, 'a'), hold('1', 1, 'a'), hold('1', 2, 'b', 'FREE'), hold('1', 1, 'a')],
    outbox: 0,
  };
  const scoring = {
    query: async (sql: string) =>
      sql.includes('exposure_minor')
        ? answers.accounts
        : sql.includes('credit_hold')
          ? answers.holds
          : sql.includes('payment_id')
            ? answers.payment
            : answers.invoice,
    number: async (sql: string) => (sql.includes('outbox') ? answers.outbox : 0),
  };
  const vault = {
    number: async (sql: string, params: string[] = []) =>
      sql.includes('vault_record') ? answers.vaulted[params[0] ?? ''] : 0,
  };
  const books = { ledger, scoring, vault, written, feed: { records: async () => answers.records } } as unknown as Books;
  return { answers, books };
}

test('a faultless system has no findings, also when a relay repeated what it sent', async () => {
  expect(await check(faultless().books)).toMatchObject({ lost: 0, doubled: 0, lines: [] });
});

test.each<[string, (answers: ReturnType<typeof faultless>['answers']) => unknown, { lost: number; doubled: number }]>([
  ['a payment that never came', (it) => it.payment.pop(), { lost: 1, doubled: 0 }],
  ['a payment in an older state', (it) => (it.payment[0]!.minor = '-7'), { lost: 1, doubled: 0 }],
  ['a payment twice', (it) => it.payment.push({ id: 'x', version: 1, minor: '0' }), { lost: 0, doubled: 1 }],
  [
    'an exposure a cent too high',
    (it) => (it.accounts[0]!.minor = String(BigInt(it.accounts[0]!.minor) + 1n)),
    { lost: 1, doubled: 0 },
  ],
  [
    'a hold decided twice',
    (it) => (it.records.push(hold('1', 2, 'c', 'FREE')), (it.vaulted['cashloop.credit-hold.v1'] = 3)),
    { lost: 0, doubled: 1 },
  ],
  ['a version of a hold missing', (it) => it.records.splice(0, 2), { lost: 2, doubled: 0 }],
  ['a newest hold that differs', (it) => (it.holds[0]!.state = 'held'), { lost: 1, doubled: 0 }],
  ['an event twice in the vault', (it) => (it.vaulted['cashloop.receivable.v1']! += 1), { lost: 0, doubled: 1 }],
  ['an event left in the outbox', (it) => (it.outbox = 1), { lost: 1, doubled: 0 }],
])('%s is found', async (_, plant, wanted) => {
  const { answers, books } = faultless();
  plant(answers);
  const { lost, doubled } = await check(books);
  if (wanted.lost > 0) expect(lost).toBeGreaterThanOrEqual(1);
  else expect(lost).toBe(0);
  if (wanted.doubled > 0) expect(doubled).toBeGreaterThanOrEqual(1);
});
