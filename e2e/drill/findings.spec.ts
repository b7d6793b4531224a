import { check, type Books } from './findings.ts';
import { Ledger } from './ledger.ts';
import { Seeded } from './seeded.ts';

const [receivable, holds, credit] = ['cashloop.receivable.v1', 'cashloop.credit-hold.v1', 'cashloop.credit.v1'];

const record = (subject: string, version: number, fields: object) => ({
  headers: { ce_id: `${subject} ${version}`, ce_subject: subject },
  value: Buffer.from(JSON.stringify({ version, ...fields })),
});
const hold = (account: string, version: number, state = 'HELD', hold_id = `h${account}`) =>
  record(`credit_hold/${account}`, version, { hold_id, state });
const breach = (version: number, exposure_minor = '900') =>
  record('credit_breach/1', version, { open: version % 2 === 1, exposure_minor });

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
    holds: [{ subject: 'credit_hold/1', version: 2, hold: 'h1 free' }],
    credit: [
      { subject: 'credit_breach/1', version: 3 },
      { subject: 'credit_limit/1', version: 1 },
    ],
    vaulted: { [receivable]: written, [holds]: 2, [credit]: 4 } as Record<string, number>,
    records: {
      [holds]: [hold('1', 1), hold('1', 1), hold('1', 2, 'FREE'), hold('1', 1)],
      [credit]: [breach(1), record('credit_limit/1', 1, {}), breach(2), breach(1), breach(2), breach(3)],
    } as Record<string, ReturnType<typeof record>[]>,
    outbox: 0,
  };
  const scoring = {
    query: async (sql: string) =>
      sql.includes('exposure_minor')
        ? answers.accounts
        : sql.includes('credit_hold')
          ? answers.holds
          : sql.includes('credit_limit')
            ? answers.credit
            : sql.includes('payment_id')
              ? answers.payment
              : answers.invoice,
    number: async (sql: string) => (sql.includes('outbox') ? answers.outbox : 0),
  };
  const vault = {
    number: async (sql: string, params: string[] = []) =>
      sql.includes('vault_record') ? answers.vaulted[params[0] ?? ''] : 0,
  };
  const books = {
    ledger,
    scoring,
    vault,
    written,
    feed: { records: async (topic: string) => answers.records[topic] },
  } as unknown as Books;
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
  ['a hold decided twice', (it) => it.records[holds]!.push(hold('1', 2, 'FREE', 'h9')), { lost: 0, doubled: 1 }],
  ['a version of a hold missing', (it) => it.records[holds]!.splice(0, 2), { lost: 2, doubled: 0 }],
  ['a newest hold that differs', (it) => (it.holds[0]!.hold = 'h1 held'), { lost: 1, doubled: 0 }],
  ['a hold that only the topic knows', (it) => it.holds.pop(), { lost: 1, doubled: 1 }],
  ['a breach decided twice', (it) => it.records[credit]!.push(breach(3, '901')), { lost: 0, doubled: 1 }],
  ['a version of a breach missing', (it) => it.records[credit]!.splice(2, 3), { lost: 1, doubled: 0 }],
  ['a breach before its forerunner', (it) => it.records[credit]!.reverse(), { lost: 1, doubled: 0 }],
  ['a limit that was never told', (it) => it.credit.push({ subject: 'x', version: 1 }), { lost: 1, doubled: 0 }],
  ['a newest breach that is not in the table', (it) => (it.credit[0]!.version = 2), { lost: 1, doubled: 0 }],
  ['a breach not in the vault', (it) => (it.vaulted[credit]! -= 1), { lost: 1, doubled: 0 }],
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
