import { InvoiceState_State, PaymentState_State } from '@cashloop/events';
import { creditNote, importCompleted, invoice, NOW, payment, tieOut } from '../../test/builders.ts';
import { newAccount, type Account } from './account.ts';
import { Ledger, type Books } from './ledger.ts';
import { DEFAULT_SETTINGS, type Enforcement } from './settings.ts';

const ready = (limit: bigint | null, id = '5'): Account => ({
  ...newAccount('1', id),
  currency: 'USD',
  companies: ['quickbooks:9341'],
  ready: true,
  limit: { standingMinor: limit, temporaryMinor: null, expiresAt: null, version: limit === null ? 0 : 1 },
});

interface Given {
  accounts?: Account[];
  enforcement?: Enforcement;
  readAt?: Date;
  now?: Date;
}

function ledger(given: Given = {}): {
  ledger: Ledger;
  books: Books;
  account: (id?: string) => Account;
  types: () => string[];
} {
  let ids = 0;
  const accounts = given.accounts ?? [ready(100_000n)];
  const books: Books = {
    accounts: new Map(accounts.map((account) => [`1:${account.accountId}`, account])),
    documents: new Map(),
    changes: new Map(),
    members: new Map(
      accounts.map((account) => [
        `1:${account.accountId}`,
        { currency: 'USD', links: [{ system: 'quickbooks', company: '9341' }] },
      ]),
    ),
    companyFacts: new Map(),
  };
  const settings = { ...DEFAULT_SETTINGS, enforcement: given.enforcement ?? ('enforce' as const) };
  const it = new Ledger(books, {
    policies: new Map([['1', { settings, homeCurrency: 'USD' }]]),
    readings: new Map([['1', new Map([['quickbooks:9341', given.readAt ?? NOW]])]]),
    now: given.now ?? NOW,
    newId: () => `id-${++ids}`,
  });
  return {
    ledger: it,
    books,
    account: (id = '5') => books.accounts.get(`1:${id}`)!,
    types: () => it.decisions.events.map((event) => event.type),
  };
}

describe('a limit of 1,000', () => {
  test('invoices to 900 hold nobody; to 1,200 breach and hold; a payment releases', () => {
    const { ledger: book, account, types } = ledger();
    book.apply(invoice({ id: 1, balance: 50_000n }));
    book.apply(invoice({ id: 2, balance: 40_000n }));
    expect(account()).toMatchObject({ exposureMinor: 90_000n, hold: null, breachId: null });
    expect(types()).toEqual([]);
    book.apply(invoice({ id: 3, balance: 30_000n }, { id: 'the-cause' }));
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed']);
    expect(account().hold).toMatchObject({ state: 'held', version: 1, causingEventId: 'the-cause', severity: 'soft' });
    const change = { changeId: 'c', changeCustomers: ['5'] };
    book.apply(payment({ id: 9, total: 50_000n, unapplied: 0n }, { ...change, last: false }));
    book.apply(invoice({ id: 1, version: 2, balance: 0n, total: 50_000n }, change));
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed', 'credit_breach_cleared', 'credit_hold_released']);
    expect(account()).toMatchObject({
      exposureMinor: 70_000n,
      hold: null,
      breachId: null,
      holdVersion: 2,
      breachVersion: 2,
    });
    const [placed, released] = [1, 3].map(
      (i) => JSON.parse(book.decisions.events[i]!.value) as Record<string, unknown>,
    );
    expect(released).toMatchObject({
      hold_id: placed!.hold_id,
      state: 'FREE',
      version: 2,
      released_because: 'within_limit',
      causes: [],
    });
    expect(placed).toMatchObject({
      way_out_minor: '20000',
      exposure_minor: '120000',
      limit_in_force_minor: '100000',
      available_minor: '-20000',
    });
  });

  test('exactly at the limit is within it', () => {
    const { ledger: book, types } = ledger();
    book.apply(invoice({ id: 1, balance: 100_000n }));
    expect(types()).toEqual([]);
  });

  test('a hold that stands is told anew when its figures change', () => {
    const { ledger: book, types } = ledger();
    book.apply(invoice({ id: 1, balance: 110_000n }));
    book.apply(invoice({ id: 2, balance: 10_000n }));
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed', 'credit_hold_changed']);
  });
});

describe('exposure', () => {
  test('unapplied cash and credit reduce it; reversed and voided documents count nothing', () => {
    const { ledger: book, account } = ledger();
    book.apply(invoice({ id: 1, balance: 50_000n }));
    book.apply(payment({ id: 2, total: 20_000n, unapplied: 5_000n }));
    book.apply(creditNote({ id: 3, total: 7_000n, unapplied: 7_000n }));
    expect(account().exposureMinor).toBe(38_000n);
    book.apply(payment({ id: 2, version: 2, total: 20_000n, unapplied: 5_000n, state: PaymentState_State.VOIDED }));
    book.apply(invoice({ id: 1, version: 2, balance: 50_000n, state: InvoiceState_State.VOIDED }));
    expect(account().exposureMinor).toBe(-7_000n);
    book.apply(invoice({ id: 1, version: 3, balance: 50_000n }));
    expect(account().exposureMinor).toBe(43_000n);
  });

  test('a deleted document stays deleted', () => {
    const { ledger: book, account } = ledger();
    book.apply(invoice({ id: 1, balance: 50_000n, state: InvoiceState_State.DELETED }));
    book.apply(invoice({ id: 1, version: 2, balance: 50_000n }));
    expect(account().exposureMinor).toBe(0n);
  });

  test('an older version changes nothing; the same version with another value is reported', () => {
    const { ledger: book, account } = ledger();
    book.apply(invoice({ id: 1, version: 3, balance: 50_000n }));
    book.apply(invoice({ id: 1, version: 2, balance: 70_000n }));
    book.apply(invoice({ id: 1, version: 3, balance: 60_000n }));
    expect(account()).toMatchObject({ exposureMinor: 50_000n, version: 1n });
    expect(book.contradictions).toHaveLength(1);
  });

  test('a document that moves is owed once, whichever key is read first', () => {
    const accounts = [ready(100_000n, '5'), ready(100_000n, '6')];
    const events = [
      invoice({ id: 1, balance: 150_000n, customer: '5' }),
      invoice({ id: 1, version: 2, balance: 0n, total: 150_000n, customer: '5', movedTo: '6' }),
      invoice({ id: 1, version: 3, balance: 150_000n, customer: '6' }),
    ];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
    ]) {
      const { ledger: book, account } = ledger({ accounts });
      for (const i of order) book.apply(events[i]!);
      expect(account('5')).toMatchObject({ exposureMinor: 0n, hold: null });
      expect(account('6')).toMatchObject({ exposureMinor: 150_000n, hold: { state: 'held' } });
    }
  });

  test('another currency converts at the document’s rate; without a rate it stays out and bars holds', () => {
    const { ledger: book, account, types } = ledger();
    book.apply(invoice({ id: 1, balance: 10_000n, currency: 'EUR', rate: '1.105' }));
    expect(account()).toMatchObject({ exposureMinor: 11_050n, unconvertible: 0 });
    book.apply(invoice({ id: 2, balance: 99_000n, currency: 'EUR', rate: '' }));
    book.apply(invoice({ id: 3, balance: 99_000n }));
    expect(account()).toMatchObject({ exposureMinor: 110_050n, unconvertible: 1, raised: true, hold: null });
    expect(types()).toEqual(['credit_breach']);
    book.apply(invoice({ id: 2, version: 2, balance: 0n, total: 99_000n, currency: 'EUR', rate: '' }));
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed']);
  });
});

describe('one change, one decision', () => {
  const change = { changeId: 'c', changeCustomers: ['5'] };

  test('nothing is judged between the parts of a change', () => {
    const { ledger: book, types, account } = ledger();
    book.apply(invoice({ id: 1, balance: 150_000n }, { ...change, last: false }));
    expect(account().dueAt).toEqual(new Date(NOW.getTime() + 1000));
    book.apply(payment({ id: 2, total: 80_000n, unapplied: 80_000n }, change));
    expect(types()).toEqual([]);
    expect(account()).toMatchObject({ exposureMinor: 70_000n, dueAt: null });
  });

  test('it waits for each member of the account that the change touches, for no stranger', () => {
    const group = { ...ready(100_000n, '5'), memberIds: ['5', '6'] };
    const { ledger: book, types } = ledger({ accounts: [group, { ...newAccount('1', '6'), rootId: '5' }] });
    const touching = { changeId: 'c', changeCustomers: ['5', '6', '77'] };
    book.apply(invoice({ id: 1, balance: 150_000n, customer: '5' }, touching));
    expect(types()).toEqual([]);
    book.apply(invoice({ id: 2, balance: 1_000n, customer: '6' }, touching));
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed']);
  });

  test('a repeated part of a finished change opens nothing', () => {
    const { ledger: book, books } = ledger();
    const part = invoice({ id: 1, balance: 10_000n }, { ...change, last: false });
    book.apply(part);
    book.apply(payment({ id: 2, total: 1n, unapplied: 1n }, change));
    book.apply(part);
    expect(books.changes.get('1:5')).toEqual([]);
  });

  test('a change that fell silent no longer holds up others', () => {
    const { ledger: book, types, books } = ledger();
    books.changes.set('1:5', [{ changeId: 'old', waitingFor: ['5'], touchedAt: new Date(NOW.getTime() - 1000) }]);
    book.apply(invoice({ id: 1, balance: 150_000n }));
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed']);
  });
});

describe('when a hold begins', () => {
  test('import judges once, when it is complete', () => {
    const { ledger: book, types } = ledger({ accounts: [{ ...ready(100_000n), ready: false }] });
    book.apply(invoice({ id: 1, balance: 150_000n }));
    expect(types()).toEqual([]);
    book.apply(importCompleted());
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed']);
  });

  test('without a limit there is no hold', () => {
    const { ledger: book, types } = ledger({ accounts: [ready(null)] });
    book.apply(invoice({ id: 1, balance: 150_000n }));
    expect(types()).toEqual([]);
    expect(book.decisions.outcomes.get('unrated')).toBe(1);
  });

  test('a hold whose limit has ended goes on while something is owed, and ends when all is paid', () => {
    const expiresAt = new Date(NOW.getTime() - 1);
    const hold = ledger({ accounts: [ready(100_000n)] });
    hold.ledger.apply(invoice({ id: 1, balance: 150_000n }));
    const held = { ...hold.account(), limit: { standingMinor: null, temporaryMinor: 100_000n, expiresAt, version: 2 } };
    const { ledger: book, types, account } = ledger({ accounts: [held] });
    book.apply(payment({ id: 1, total: 100_000n, unapplied: 100_000n }));
    expect(account()).toMatchObject({ hold: { state: 'held' }, breachId: held.breachId });
    book.apply(payment({ id: 2, total: 50_000n, unapplied: 50_000n }));
    expect(types().slice(-2)).toEqual(['credit_breach_cleared', 'credit_hold_released']);
    expect(account()).toMatchObject({ hold: null, breachId: null, exposureMinor: 0n });
  });

  test('above a limit that fell: only a rise holds, a part payment does not', () => {
    const fallen = {
      ...ready(100_000n),
      exposureMinor: 150_000n,
      judgedExposureMinor: 150_000n,
      judgedWithLimit: true,
      breachId: 'b',
      breachVersion: 1,
    };
    const { ledger: book, types } = ledger({ accounts: [fallen] });
    book.apply(payment({ id: 1, total: 10_000n, unapplied: 10_000n }));
    expect(types()).toEqual([]);
    book.apply(invoice({ id: 2, balance: 100n }));
    expect(types()).toEqual(['credit_hold_placed']);
  });

  test('stale data place no hold, but may release one', () => {
    const readAt = new Date(NOW.getTime() - 4 * 3_600_000 - 1);
    const stale = ledger({ readAt });
    stale.ledger.apply(invoice({ id: 1, balance: 150_000n }));
    expect(stale.types()).toEqual(['credit_breach']);
    expect(stale.account()).toMatchObject({ raised: true, dueAt: new Date(NOW.getTime() + 60_000) });
    stale.ledger.apply(payment({ id: 2, total: 60_000n, unapplied: 60_000n }));
    expect(stale.account()).toMatchObject({ raised: false, dueAt: null, breachId: null });
  });

  test('customers linked to no company are never stale', () => {
    const { ledger: book, types } = ledger({ accounts: [{ ...ready(100_000n), companies: [] }], readAt: new Date(0) });
    book.apply(invoice({ id: 1, balance: 150_000n }));
    expect(types()).toContain('credit_hold_placed');
  });

  test('a balance that does not tie out bars holds until it agrees', () => {
    const { ledger: book, types, account } = ledger();
    book.apply(tieOut(false, 1));
    book.apply(invoice({ id: 1, balance: 150_000n }));
    expect(types()).toEqual(['credit_breach']);
    book.apply(tieOut(true, 2));
    expect(account().untied).toBe(0);
    expect(types()).toEqual(['credit_breach', 'credit_hold_placed']);
  });

  test('observe decides and keeps, but tells nobody on the hold topic', () => {
    const { ledger: book, types, account } = ledger({ enforcement: 'observe' });
    book.apply(invoice({ id: 1, balance: 150_000n }));
    expect(types()).toEqual(['credit_breach']);
    expect(account().hold).toMatchObject({ state: 'held', enforcement: 'observe' });
    expect([...book.decisions.holds.values()]).toHaveLength(1);
  });

  test('off decides no hold', () => {
    const { ledger: book, types, account } = ledger({ enforcement: 'off' });
    book.apply(invoice({ id: 1, balance: 150_000n }));
    expect(types()).toEqual(['credit_breach']);
    expect(account()).toMatchObject({ hold: null, raised: true });
  });
});
