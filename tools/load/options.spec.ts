import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRequest } from './options.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cashloop-load-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const yaml = (text: string): string => {
  const path = join(folder, 'mapping.yaml');
  writeFileSync(path, text);
  return path;
};

test('flags', () => {
  const request = readRequest([
    'a.csv',
    '--map',
    'customer=KUNNR',
    '--map',
    'amount=#3',
    '--delimiter',
    'tab',
    '--status',
    'ok=paid',
    '--terms',
    '30',
    '--date-format',
    'due_date=MM/DD/YYYY',
    '--no-header',
    '--verify',
  ]);
  expect(request).toMatchObject({ file: 'a.csv', verify: true, dryRun: false });
  expect(request.settings).toEqual({
    columns: { customer: 'KUNNR', amount: '#3' },
    delimiter: '\t',
    status: { ok: 'paid' },
    terms: 30,
    date_format: { due_date: 'MM/DD/YYYY' },
    header: false,
  });
});

test('nothing told leaves nothing told, so that memory and guesses count', () => {
  expect(readRequest(['-']).settings).toEqual({});
});

test('a YAML file, and flags that go before it', () => {
  const path = yaml(
    'columns: { customer: KUNNR, number: 4711 }\ncurrency: EUR\nstatus: { ok: paid }\npayments: [{ amount: P1, date: D1 }]\n',
  );
  expect(readRequest(['a.csv', '--mapping', path, '--currency', 'USD', '--map', 'customer=KONTO']).settings).toEqual({
    columns: { customer: 'KONTO', number: '4711' },
    currency: 'USD',
    status: { ok: 'paid' },
    payments: [{ amount: 'P1', date: 'D1' }],
  });
});

test.each([
  [[], 'Missing required argument'],
  [['a.csv', '--map', 'colour=X'], '"colour" is no field'],
  [['a.csv', '--map', 'customer'], 'is not FIELD=COLUMN'],
  [['a.csv', '--status', 'ok=fine'], '"fine" is no state'],
  [['a.csv', '--terms', 'soon'], 'is no number of days'],
  [['a.csv', '--limit', 'abc'], '--limit abc is no amount'],
  [['a.csv', '--limit', '-5'], '--limit -5 is no amount'],
  [['a.csv', '--limit', ''], '--limit  is no amount'],
  [['a.csv', '--limit', '5,000'], '--limit 5,000 is no amount'],
  [['a.csv', '--limit', '10000000000000'], 'is no amount'],
  [['a.csv', '--decimal', ';'], 'Allowed choices'],
  [['a.csv', '--colour'], 'Unknown option'],
  [['a.csv', '--mapping', '/nowhere.yaml'], 'cannot be read'],
])('%j is refused: %s', (args, why) => {
  expect(() => readRequest(args)).toThrow(why);
});

test('a YAML file with a setting that does not exist is refused', () => {
  expect(() => readRequest(['a.csv', '--mapping', yaml('colums: {}')])).toThrow('unknown settings: colums');
  expect(() => readRequest(['a.csv', '--mapping', yaml('- a')])).toThrow('holds no settings');
});

test('a limit of a YAML file may be a number, and is checked as well', () => {
  expect(readRequest(['a.csv', '--mapping', yaml('limit: 5000')]).settings).toEqual({ columns: {}, limit: '5000' });
  expect(() => readRequest(['a.csv', '--mapping', yaml('limit: -5')])).toThrow('-5 is no amount');
  expect(() => readRequest(['a.csv', '--mapping', yaml('limit: [5]')])).toThrow('is no amount');
});
