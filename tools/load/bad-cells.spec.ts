import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture, prepared, summary, type Outcome } from './fixtures/prepared.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cashloop-load-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string, ...flags: string[]): Promise<Outcome> {
  const path = join(folder, 'ledger.csv');
  writeFileSync(path, text);
  return prepared(path, ...flags);
}
const reasons = ({ rejects }: Outcome): string[] => rejects.split('\n').slice(1).filter(Boolean);

test('a dash for zero in the accounting format of spreadsheets: nothing is open', async () => {
  const outcome = await prepared(fixture('accounting-format.csv'));
  expect(summary(outcome)).toEqual([
    'USD 5 invoices, 4 paid, 1254.00 open; 4 payments; 0 credit memos; 0.00 unapplied',
  ]);
  expect(outcome.rejects).toBe('');
});

test('a column of nothing but dashes with a sign is one of amounts', async () => {
  const outcome = await read(
    'Customer,Invoice No,Date,Amount,Balance\nA,1,2024-01-05,€ 5,€ -\nA,2,2024-01-06,£ 7,£ -\n',
  );
  expect(summary(outcome)).toEqual([
    'EUR 1 invoices, 1 paid, 0.00 open; 1 payments; 0 credit memos; 0.00 unapplied',
    'GBP 1 invoices, 1 paid, 0.00 open; 1 payments; 0 credit memos; 0.00 unapplied',
  ]);
});

test('a dash as credit limit is no limit: a limit of zero would stop every order', async () => {
  const text =
    'Customer,Invoice No,Date,Amount,Credit Limit\nA,1,2024-01-05,5.00,-\nB,2,2024-01-06,7.00,0\nC,3,2024-01-06,7.00,$ -\n';
  const { prepared: done } = await read(text);
  expect(done.customers.map(({ limit }) => limit)).toEqual([undefined, 0n, undefined]);
});

test.each([
  ['Customer', 'AC\0ME,Acme,7,R'],
  ['Customer Name', 'ACME,Ac\0me,7,R'],
  ['Invoice No', 'ACME,Acme,7\0,R'],
  ['Reference', 'ACME,Acme,7,\0R'],
])('a NUL byte in %s is a bad row, and stays out of the good ones', async (header, cells) => {
  const outcome = await read(
    `Customer,Customer Name,Invoice No,Reference,Date,Amount\n${cells},2024-01-05,5.00\nACME,Acme,8,S,2024-01-06,7.00\n`,
    ...['customer=Customer', 'customer_name=Customer Name', 'reference=Reference'].flatMap((map) => ['--map', map]),
  );
  expect(reasons(outcome)).toEqual([expect.stringContaining(`2,"column ""${header}"" holds a NUL byte",`)]);
  expect(outcome.rows.map(({ kind }) => kind)).toEqual(['customer', 'invoice']);
  expect(JSON.stringify(outcome.rows)).not.toContain('u0000');
});

test('a NUL byte in the column that names documents is a bad row', async () => {
  const text = 'Customer,Doc,Date,Amount,Due Date\nA,1\0,2024-01-05,5.00,2024-02-05\nA,2,2024-01-06,7.00,2024-02-05\n';
  const outcome = await read(text, '--map', 'id=Doc');
  expect(reasons(outcome)).toEqual([expect.stringContaining('2,"column ""Doc"" holds a NUL byte"')]);
  expect(outcome.rows).toHaveLength(2);
});

test.each(['Amount', 'Balance', 'Paid', 'Credit Limit'])(
  'more than 13 digits before the decimals in %s are a bad row; 13 are taken',
  async (header) => {
    const columns = ['Amount', 'Balance', 'Paid', 'Credit Limit'];
    const row = (number: number, minor: string): string =>
      [
        `C${number}`,
        number,
        '2024-01-05',
        ...columns.map((name) => (name === header ? minor : name === 'Amount' ? '9999999999999.99' : '')),
      ].join(',');
    const outcome = await read(
      [
        'Customer,Invoice No,Date,Amount,Balance,Paid,Credit Limit',
        row(1, '10000000000000.00'),
        row(2, '9999999999999.99'),
        row(3, '9999999999999.999'),
      ].join('\n'),
    );
    const why = `in column ""${header}"" has more than 13 digits before the decimals`;
    expect(reasons(outcome)).toEqual([expect.stringContaining(why), expect.stringContaining(why)]);
    expect(outcome.rows.filter(({ kind }) => kind === 'invoice')).toHaveLength(1);
  },
);

test('an amount made of two cells may not be larger either', async () => {
  const outcome = await read(
    'Customer,Invoice No,Date,Balance,Paid\nA,1,2024-01-05,9000000000000,9000000000000\nA,2,2024-01-05,9000000000000,1\n',
  );
  expect(reasons(outcome)).toEqual([expect.stringContaining('has more than 13 digits before the decimals')]);
});
