import type { BulkCustomer, BulkPayment, BulkSale } from './ledger/documents.ts';
import { fixture, prepared, summary, type Outcome } from './fixtures/prepared.ts';

// The figures stand in the files: each was added up by hand.
test.each<[string, string[], string[]]>([
  ['iso-settled.csv', [], ['USD 3 invoices, 2 paid, 1250.00 open; 2 payments; 0 credit memos; 0.00 unapplied']],
  [
    'iso-settled.csv',
    ['--currency-by', 'country_code=391:GBP,*:EUR'],
    [
      'EUR 1 invoices, 1 paid, 0.00 open; 1 payments; 0 credit memos; 0.00 unapplied',
      'GBP 2 invoices, 1 paid, 1250.00 open; 1 payments; 0 credit memos; 0.00 unapplied',
    ],
  ],
  [
    'sap.csv',
    [],
    [
      'CHF 1 invoices, 0 paid, 77.10 open; 0 payments; 0 credit memos; 0.00 unapplied',
      'EUR 3 invoices, 2 paid, 800.00 open; 3 payments; 2 credit memos; 150.25 unapplied',
    ],
  ],
  [
    'receivables-flags.csv',
    [],
    [
      'CAD 1 invoices, 0 paid, 3299.70 open; 0 payments; 0 credit memos; 0.00 unapplied',
      'USD 7 invoices, 3 paid, 33193.29 open; 3 payments; 0 credit memos; 0.00 unapplied',
    ],
  ],
  [
    'quickbooks-open-invoices.csv',
    [],
    ['USD 2 invoices, 0 paid, 1324.50 open; 1 payments; 1 credit memos; 59.00 unapplied'],
  ],
  [
    'xero-aged-detail.csv',
    ['--currency', 'GBP'],
    ['GBP 2 invoices, 0 paid, 240.00 open; 0 payments; 1 credit memos; 12.00 unapplied'],
  ],
  [
    'statement.csv',
    ['--currency', 'EUR'],
    ['EUR 2 invoices, 0 paid, 4150.00 open; 0 payments; 1 credit memos; 200.00 unapplied'],
  ],
  ['xero-lines.csv', [], ['GBP 2 invoices, 1 paid, 35.00 open; 2 payments; 1 credit memos; 12.00 unapplied']],
  ['german-latin1.csv', [], ['EUR 3 invoices, 1 paid, 13095.50 open; 1 payments; 1 credit memos; 250.00 unapplied']],
  ['french.csv', [], ['EUR 4 invoices, 2 paid, 2060.00 open; 3 payments; 0 credit memos; 5.00 unapplied']],
  [
    'open-items.tsv',
    [],
    [
      'GBP 1 invoices, 0 paid, 150.00 open; 0 payments; 1 credit memos; 30.00 unapplied',
      'USD 1 invoices, 0 paid, 99.99 open; 0 payments; 0 credit memos; 0.00 unapplied',
    ],
  ],
  ['part-payments.csv', [], ['USD 5 invoices, 3 paid, 280.00 open; 6 payments; 0 credit memos; 0.00 unapplied']],
  [
    'numbered-payments.csv',
    ['--currency', 'eur'],
    ['EUR 3 invoices, 1 paid, 75.00 open; 3 payments; 0 credit memos; 0.00 unapplied'],
  ],
  ['messy.csv', [], ['USD 2 invoices, 1 paid, 30.00 open; 1 payments; 2 credit memos; 265.50 unapplied']],
  ['transactions.csv', [], ['USD 2 invoices, 2 paid, 0.00 open; 4 payments; 0 credit memos; 60.00 unapplied']],
  ['oracle.csv', [], ['USD 2 invoices, 1 paid, 200.50 open; 3 payments; 1 credit memos; 85.00 unapplied']],
  [
    'retail-credits.csv',
    ['--currency', 'GBP'],
    ['GBP 2 invoices, 0 paid, 525.30 open; 0 payments; 1 credit memos; 196.56 unapplied'],
  ],
  [
    'retail-credits.csv',
    ['--currency', 'GBP', '--unknown-customer', 'Cash sales'],
    ['GBP 3 invoices, 0 paid, 525.30 open; 0 payments; 2 credit memos; 53790.92 unapplied'],
  ],
  [
    'spreadsheet.csv',
    ['--currency', 'EUR'],
    ['EUR 2 invoices, 1 paid, 1250.50 open; 1 payments; 0 credit memos; 0.00 unapplied'],
  ],
  [
    'ambiguous-dates.csv',
    ['--date-format', 'MM/DD/YYYY'],
    ['USD 2 invoices, 0 paid, 30.00 open; 0 payments; 0 credit memos; 0.00 unapplied'],
  ],
  [
    'ambiguous-amounts.csv',
    ['--decimal', ','],
    ['USD 2 invoices, 0 paid, 3750.00 open; 0 payments; 0 credit memos; 0.00 unapplied'],
  ],
  [
    'ambiguous-amounts.csv',
    ['--decimal', '.'],
    ['USD 2 invoices, 0 paid, 3.75 open; 0 payments; 0 credit memos; 0.00 unapplied'],
  ],
])('%s %j', async (name, flags, expected) => {
  expect(summary(await prepared(fixture(name), ...flags))).toEqual(expected);
});

test.each([
  ['ambiguous-dates.csv', 'may be day/month or month/day'],
  ['ambiguous-amounts.csv', 'may be a thousand and more'],
  ['event-log.csv', 'looks like an event log: it has no invoices'],
  ['line-items.csv', 'holds lines of invoices, not invoices'],
  ['header-only.csv', 'has a header and no rows'],
])('%s is refused: %s', async (name, why) => {
  await expect(prepared(fixture(name))).rejects.toThrow(why);
});

const customers = ({ rows }: Outcome) => rows.filter((row): row is BulkCustomer => row.kind === 'customer');
const sales = ({ rows }: Outcome) =>
  rows.filter((row): row is BulkSale => row.kind === 'invoice' || row.kind === 'credit_memo');
const payments = ({ rows }: Outcome) => rows.filter((row): row is BulkPayment => row.kind === 'payment');

test('a customer with two currencies becomes two that name each other; numbers stay text', async () => {
  const outcome = await prepared(fixture('receivables-flags.csv'));
  expect(customers(outcome).map(({ display_name: name, currency }) => [name, currency])).toEqual([
    ['NORTHSHORE corp (0200700001)', 'USD'],
    ['BOREAL trust (0140100009)', 'CAD'],
    ['BOREAL trust (0140100009) (USD)', 'USD'],
    ['HARBOR foods (CCU002)', 'USD'],
    ['ALDER (0100)', 'USD'],
    ['BIRCH (100)', 'USD'],
  ]);
  expect(customers(outcome)[1]!.notes).toBe(
    'Ledger customer 0140100009, its CAD side. Linked with BOREAL trust (0140100009) (USD) (USD).',
  );
  expect(customers(outcome)[2]!.notes).toBe(
    'Ledger customer 0140100009, its USD side. Linked with BOREAL trust (0140100009) (CAD).',
  );
  expect(sales(outcome)[0]).toEqual({
    kind: 'invoice',
    key: 'doc:1930000001',
    customer_key: 'customer:0200700001:USD',
    doc_number: '1930000001',
    txn_date: '2020-01-26',
    due_date: '2020-02-10',
    amount: '54273.28',
  });
  expect(sales(outcome).at(-3)).toMatchObject({ doc_number: '1930000006', customer_key: 'customer:0200700001:USD' });
});

test('cleared credit memos reduce the payment of the invoice cleared with them', async () => {
  const outcome = await prepared(fixture('sap.csv'));
  expect(payments(outcome).find(({ customer_key: key }) => key.includes('100346'))).toMatchObject({
    txn_date: '2019-03-01',
    amount: '10000.00',
    lines: [
      { amount: '12000.00' },
      { amount: '2000.00', credit_memo_key: expect.stringContaining('1600000001') as string },
    ],
  });
  expect(
    sales(outcome)
      .filter(({ kind }) => kind === 'credit_memo')
      .map(({ doc_number: number, amount }) => [number, amount]),
  ).toEqual([
    ['1600000002', '50.25'],
    ['1600000001', '2000.00'],
  ]);
  expect(sales(outcome).map(({ doc_number: number }) => number)).toContain('1800000001-2');
  expect(sales(outcome)[2]).toMatchObject({ txn_date: '2019-01-20', due_date: '2019-02-14' });
});

test('several payments of one invoice keep their dates; equal invoices stay two', async () => {
  const outcome = await prepared(fixture('part-payments.csv'));
  expect(payments(outcome).map(({ txn_date: date, amount, lines }) => [date, amount, lines.length])).toEqual([
    ['2024-01-20', '400.00', 1],
    ['2024-02-03', '600.00', 1],
    ['2024-02-10', '200.00', 1],
    ['2024-02-20', '100.00', 1],
    ['2024-01-30', '60.00', 1],
    ['2024-02-01', '60.00', 1],
  ]);
  expect(sales(outcome).map(({ doc_number: number }) => number)).toEqual(['1', '2', '3', '4', '4-2']);
});

test('bad rows come with line number and reason, as an editor counts lines', async () => {
  const { rejects, prepared: done } = await prepared(fixture('messy.csv'));
  expect(rejects.split('\n').slice(0, 4)).toEqual([
    'line,reason,Customer No,Invoice No,Invoice Date,Due Date,Amount,Paid Date,Remark',
    '7,"""13/13/2024"" in column ""Invoice Date"" is no date (month first)",100,A-3,13/13/2024,2/3/2024 0:00,10.00,,bad date',
    '8,"""ten"" in column ""Amount"" is no amount",100,A-4,1/9/2024 0:00,2/8/2024 0:00,ten,,bad amount',
    '9,it has no customer (--unknown-customer NAME would take it),,A-5,1/9/2024 0:00,2/8/2024 0:00,5.00,,no customer',
  ]);
  expect([...done.scan.leftOut].map(([fate, { lines }]) => [fate, lines])).toEqual([
    ['header', [6]],
    ['repeat', [10]],
    ['total', [13]],
  ]);
});

test('a column named plainly is read though most of its cells are bad; a row of too many cells is refused', async () => {
  const outcome = await prepared(fixture('bad-dates.csv'), '--currency', 'USD');
  expect(sales(outcome).map(({ doc_number: number, txn_date: date }) => [number, date])).toEqual([['1', '2024-01-31']]);
  expect(outcome.rejects.split('\n').slice(1, 4)).toEqual([
    '3,"""2024-13-31"" in column ""invoice_date"" is no date",C1,2,2024-13-31,2024-03-01,200.00',
    '4,"""2024-02-30"" in column ""invoice_date"" is no date",C2,3,2024-02-30,2024-03-01,300.00',
    '5,"it has 6 cells, the header 5: a cell holds the delimiter",C2,4,2024-02-01,2024-03-01,1,250.00',
  ]);
});

test('the last day becomes today, and everything moves with it', async () => {
  const outcome = await prepared(fixture('iso-settled.csv'), '--shift-to-today');
  expect(outcome.prepared.plan.lastDay).toBe('2023-04-14');
  expect(payments(outcome).map(({ txn_date: date }) => date)).toEqual(['2026-09-01', '2026-11-21']);
  expect(sales(outcome)[2]).toMatchObject({ txn_date: '2026-10-07', due_date: '2026-11-06' });
});

test('limits come from the column, in the currency of the customer', async () => {
  const { prepared: done } = await prepared(fixture('german-latin1.csv'));
  expect(done.customers.map(({ display_name: name, limit }) => [name, limit])).toEqual([
    ['Müller & Söhne GmbH (10001)', 500000n],
    ['Bäckerei Größ (10002)', undefined],
  ]);
});

test('overpayments keep their rest, undated payments fall on the due date', async () => {
  expect(payments(await prepared(fixture('french.csv'))).at(-1)).toMatchObject({
    amount: '80.00',
    lines: [{ amount: '75.00' }],
  });
  const undated = await prepared(fixture('spreadsheet.csv'), '--currency', 'EUR');
  expect(undated.prepared.writer.notes.undatedPayments).toBe(1);
  expect(payments(undated)[0]).toMatchObject({
    customer_key: 'customer:0042:EUR',
    txn_date: '2024-01-02',
    amount: '99.95',
  });
});

test('reading twice gives the same rows', async () => {
  const [first, second] = [await prepared(fixture('sap.csv')), await prepared(fixture('sap.csv'))];
  expect(second.rows).toEqual(first.rows);
});
