import { check, type Books } from './findings.ts';
import { breachesOf, holdsOf } from './judgements.ts';
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
  record('credit_breach/x', version, { open: version % 2 === 1, exposure_minor });

/** What must be told of the customers of the books. */
function judgementsOn({ judged }: Ledger) {
  return [...judged].flatMap(([customer, changes]) => [
    ...holdsOf(changes).map(({ over, exposure }, i) =>
      record(`credit_hold/${customer}`, i + 1, {
        hold_id: customer,
        state: over ? 'HELD' : 'FREE',
        exposure_minor: String(exposure),
      }),
    ),
    ...breachesOf(changes).map(({ over, exposure }, i) =>
      record(`credit_breach/${customer}`, i + 1, { open: over, exposure_minor: String(exposure) }),
    ),
  ]);
}

/** The last judgement of one account of the books never happened. */
function forget(answers: ReturnType<typeof faultless>['answers'], kind: 'credit_hold' | 'credit_breach'): void {
  const [topic, table] = kind === 'credit_hold' ? ([holds, 'holds'] as const) : ([credit, 'credit'] as const);
  const records = answers.records[topic]!;
  const last = records.findLastIndex(({ headers }) => headers.ce_subject.startsWith(kind));
  const [gone] = records.splice(last, 1);
  answers.vaulted[topic]! -= 1;
  const rest = records.filter(({ headers }) => headers.ce_subject === gone!.headers.ce_subject);
  answers[table] = answers[table].filter(({ subject }) => subject !== gone!.headers.ce_subject).concat(standing(rest));
}

type Told = ReturnType<typeof record>;

/** As the tables keep them: the newest of each. */
function standing(records: readonly Told[]): { subject: string; version: number; hold?: string }[] {
  const rows = records.map(({ headers, value }) => {
    const { version, hold_id, state } = JSON.parse(value.toString());
    const subject = headers.ce_subject;
    return { subject, version, ...(hold_id && { hold: `${hold_id} ${String(state).toLowerCase()}` }) };
  });
  return [...new Map(rows.map((row) => [row.subject, row])).values()];
}

/** What a faultless system would answer; a test then breaks one thing. */
function faultless() {
  const ledger = new Ledger(new Seeded(1));
  let written = 0;
  for (let i = 0; i < 400; i += 1) written += ledger.step().length;
  const ofBooks = judgementsOn(ledger);
  const holdsOfBooks = ofBooks.filter(({ headers }) => headers.ce_subject.startsWith('credit_hold'));
  const breachesOfBooks = ofBooks.filter((one) => !holdsOfBooks.includes(one));
  const exposures = [...ledger.exposures()];
  const answers = {
    invoice: [...ledger.invoices.values()].map(({ id, version, balance }) => ({ id, version, minor: String(balance) })),
    payment: [...ledger.payments.values()].map(({ id, version, unapplied }) => ({
      id,
      version,
      minor: String(unapplied),
    })),
    accounts: exposures.map(([id, minor]) => ({ id, minor: String(minor), recomputed: String(minor) })),
    changes: [...ledger.events].map(([id, events]) => ({ id, version: String(events + 7) })),
    holds: [{ subject: 'credit_hold/x', version: 2, hold: 'hx free' }, ...standing(holdsOfBooks)],
    credit: [
      { subject: 'credit_breach/x', version: 3 },
      { subject: 'credit_limit/x', version: 1 },
      ...standing(breachesOfBooks),
    ],
    vaulted: {
      [receivable]: written,
      [holds]: 2 + holdsOfBooks.length,
      [credit]: 4 + breachesOfBooks.length,
    } as { [topic: string]: number },
    records: {
      [holds]: [hold('x', 1), hold('x', 1), hold('x', 2, 'FREE'), hold('x', 1), ...holdsOfBooks],
      [credit]: [
        breach(1),
        record('credit_limit/x', 1, {}),
        breach(2),
        breach(1),
        breach(2),
        breach(3),
        ...breachesOfBooks,
      ],
    } as { [topic: string]: Told[] },
    dead: [{ id: 'planted', state: 'parked' }],
    outbox: 0,
    handledTwice: 0,
    writtenTwice: 0,
  };
  const scoring = {
    query: async (sql: string) =>
      sql.includes('dead_letter')
        ? answers.dead
        : sql.includes('id, version from account')
          ? answers.changes
          : sql.includes('exposure_minor')
            ? answers.accounts
            : sql.includes('credit_hold')
              ? answers.holds
              : sql.includes('credit_limit')
                ? answers.credit
                : sql.includes('payment_id')
                  ? answers.payment
                  : answers.invoice,
    number: async (sql: string) =>
      sql.includes('outbox')
        ? answers.outbox
        : sql.includes('drill_step')
          ? answers.handledTwice
          : sql.includes('drill_written')
            ? answers.writtenTwice
            : 0,
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
    planted: new Set(['planted']),
    changedBefore: new Map([...ledger.events.keys()].map((id) => [id, 7])),
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
  ['a hold decided twice', (it) => it.records[holds]!.push(hold('x', 2, 'FREE', 'h9')), { lost: 0, doubled: 1 }],
  ['a version of a hold missing', (it) => it.records[holds]!.splice(0, 2), { lost: 2, doubled: 0 }],
  ['a newest hold that differs', (it) => (it.holds[0]!.hold = 'hx held'), { lost: 1, doubled: 0 }],
  ['a hold that only the topic knows', (it) => it.holds.shift(), { lost: 0, doubled: 1 }],
  ['a topic that told nothing', (it) => it.holds.splice(0), { lost: 1, doubled: 1 }],
  ['a breach decided twice', (it) => it.records[credit]!.push(breach(3, '901')), { lost: 0, doubled: 1 }],
  ['a version of a breach missing', (it) => it.records[credit]!.splice(2, 3), { lost: 1, doubled: 0 }],
  ['a breach before its forerunner', (it) => it.records[credit]!.reverse(), { lost: 1, doubled: 0 }],
  ['a limit that was never told', (it) => it.credit.push({ subject: 'x', version: 1 }), { lost: 1, doubled: 0 }],
  ['a newest breach that is not in the table', (it) => (it.credit[0]!.version = 2), { lost: 1, doubled: 0 }],
  ['a breach not in the vault', (it) => (it.vaulted[credit]! -= 1), { lost: 1, doubled: 0 }],
  ['an event twice in the vault', (it) => (it.vaulted['cashloop.receivable.v1']! += 1), { lost: 0, doubled: 1 }],
  ['an event that a later one hides', (it) => (it.changes[0]!.version = '7'), { lost: 1, doubled: 0 }],
  ['an event applied twice', (it) => (it.changes[0]!.version += '0'), { lost: 0, doubled: 1 }],
  ['a document version written twice', (it) => (it.writtenTwice = 1), { lost: 0, doubled: 1 }],
  ['a batch handled twice', (it) => (it.handledTwice = 1), { lost: 0, doubled: 1 }],
  ['a judgement missing in table and topic', (it) => forget(it, 'credit_hold'), { lost: 1, doubled: 0 }],
  ['a breach missing in table and topic', (it) => forget(it, 'credit_breach'), { lost: 1, doubled: 0 }],
  [
    'a good event among the dead letters',
    (it) => it.dead.push({ id: 'good', state: 'parked' }),
    { lost: 1, doubled: 0 },
  ],
  ['a bad event that was swallowed', (it) => it.dead.pop(), { lost: 1, doubled: 0 }],
  ['a bad event left without a verdict', (it) => (it.dead[0]!.state = 'retrying'), { lost: 1, doubled: 0 }],
  ['an event left in the outbox', (it) => (it.outbox = 1), { lost: 1, doubled: 0 }],
])('%s is found', async (_, plant, wanted) => {
  const { answers, books } = faultless();
  plant(answers);
  const { lost, doubled } = await check(books);
  if (wanted.lost > 0) expect(lost).toBeGreaterThanOrEqual(1);
  else expect(lost).toBe(0);
  if (wanted.doubled > 0) expect(doubled).toBeGreaterThanOrEqual(1);
});
