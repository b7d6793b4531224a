import { isTooLarge, readAmount, signOf, takeApart } from './amount.ts';
import { decideMark, noMarks, weighMark } from './decimal-mark.ts';

test.each([
  ['1234.5', '.', 'USD', 123450n],
  ['1,234.50', '.', 'USD', 123450n],
  ['1.234,50', ',', 'EUR', 123450n],
  ['1 234,50 €', ',', 'EUR', 123450n],
  ['1\u00a0234,50', ',', 'EUR', 123450n],
  ["1'234.50", '.', 'CHF', 123450n],
  ['CHF 1’234.--', '.', 'CHF', 123400n],
  ['$1,239.00', '.', 'USD', 123900n],
  ['-$39.00', '.', 'USD', -3900n],
  ['$-39.00', '.', 'USD', -3900n],
  ['($20.00)', '.', 'USD', -2000n],
  ['€ (20,00)', ',', 'EUR', -2000n],
  ['250.00-', '.', 'USD', -25000n],
  ['250,00 -', ',', 'EUR', -25000n],
  ['−12.00', '.', 'USD', -1200n],
  ['12.00 CR', '.', 'USD', -1200n],
  ['12.00 DR', '.', 'USD', 1200n],
  ['12,00 H', ',', 'EUR', undefined],
  ['+7', '.', 'USD', 700n],
  ['USD 5', '.', 'USD', 500n],
  ['-USD 5', '.', 'USD', -500n],
  ['5 EUR', ',', 'EUR', 500n],
  ['1,23,456.7', '.', 'INR', 12345670n],
  ['1.2E+3', '.', 'USD', 120000n],
  ['0', '.', 'USD', 0n],
  ['.5', '.', 'USD', 50n],
  ['1250', ',', 'JPY', 1250n],
  ['1.2345', '.', 'KWD', 1235n],
  ['505.29999999999995', '.', 'GBP', 50530n],
  ['12.3400', '.', 'USD', 1234n],
  ['1,2,3', '.', 'USD', undefined],
  ['1.2.3,4', ',', 'EUR', undefined],
  ['12,34', '.', 'USD', undefined],
  ['ten', '.', 'USD', undefined],
  ['1-2', '.', 'USD', undefined],
  ['99999999999999999999', '.', 'USD', undefined],
] as const)('%s with %s before decimals, in %s, is %s', (text, mark, currency, minor) => {
  const reading = readAmount(text, mark, currency);
  expect(reading.kind === 'amount' ? reading.minor : undefined).toBe(minor);
});

test('rounding is told, zeros at the end are none', () => {
  expect(readAmount('1.005', '.', 'USD')).toMatchObject({ minor: 101n, rounded: true });
  expect(readAmount('-1.005', '.', 'USD')).toMatchObject({ minor: -101n, rounded: true });
  expect(readAmount('1.000', '.', 'USD')).toMatchObject({ minor: 100n, rounded: false });
});

test('signs and units without a mark', () => {
  expect(['(0.00)', '1.250,00-', '3', '', 'x'].map(signOf)).toEqual([0, -1, 1, undefined, undefined]);
  expect([takeApart('R$ 5'), takeApart('12 kr'), takeApart('£3')].map((parts) => parts?.unit)).toEqual([
    'R$',
    'kr',
    '£',
  ]);
});

test.each([
  ['-', ''],
  [' -   ', ''],
  ['–', ''],
  ['—', ''],
  ['−', ''],
  [' $-   ', '$'],
  ['-$', '$'],
  ['$ -', '$'],
  ['€ -', '€'],
  ['-   €', '€'],
  ['-\u00a0€', '€'],
  ['US$ –', 'US$'],
  ['kr -', 'kr'],
  ['CHF -', 'CHF'],
  ['- EUR', 'EUR'],
])('a dash alone is zero: "%s"', (text, unit) => {
  expect(readAmount(text, ',', 'EUR')).toEqual({ kind: 'amount', minor: 0n, rounded: false, unit });
  expect(signOf(text)).toBe(0);
});

test.each([
  ['', 'empty'],
  ['n/a', 'empty'],
  ['--', 'empty'],
  ['x -', 'unreadable'],
  ['abc -', 'unreadable'],
  ['$', 'unreadable'],
  ['- -', 'unreadable'],
  ['€ - €', 'unreadable'],
])('"%s" is not zero but %s', (text, kind) => {
  expect(readAmount(text, '.', 'USD').kind).toBe(kind);
  expect(signOf(text)).toBeUndefined();
});

test('up to 13 digits before the decimals are taken, in every currency', () => {
  expect([10n ** 15n - 1n, -(10n ** 15n - 1n)].map((minor) => isTooLarge(minor, 'USD'))).toEqual([false, false]);
  expect([10n ** 15n, -(10n ** 15n)].map((minor) => isTooLarge(minor, 'USD'))).toEqual([true, true]);
  expect([isTooLarge(10n ** 13n, 'JPY'), isTooLarge(10n ** 15n, 'KWD')]).toEqual([true, false]);
});

const verdict = (...cells: string[]) => {
  const evidence = noMarks();
  cells.forEach((cell, at) => weighMark(evidence, cell, at + 2));
  return decideMark(evidence);
};

test('one clear amount decides all', () => {
  expect(verdict('1.250', '99,5')).toMatchObject({ mark: ',' });
  expect(verdict('1,250', '99.5')).toMatchObject({ mark: '.' });
  expect(verdict('1.250.000')).toMatchObject({ mark: ',' });
  expect(verdict('1.250,00')).toMatchObject({ mark: ',' });
  expect(verdict('0.125')).toMatchObject({ mark: '.' });
});

test('whole numbers need no decision; 1.250 beside 1250 is one and a quarter', () => {
  expect(verdict('1250', '7')).toMatchObject({ mark: '.', why: 'not needed' });
  expect(verdict('1.250', '1250')).toMatchObject({ mark: '.', why: 'column' });
});

test('1.250 and 2.500 beside 950 are thousands', () => {
  expect(verdict('1.250', '2.500', '950')).toMatchObject({ mark: ',' });
  expect(verdict('1,250', '2,500', '950')).toMatchObject({ mark: '.' });
});

test('only 1.250 and its like: refused; two notations: refused with both lines', () => {
  expect(verdict('1.250', '2.500')).toEqual({ kind: 'ambiguous', example: '1.250' });
  expect(verdict('1.25', '2,50')).toEqual({ kind: 'mixed', pointLine: 2, commaLine: 3 });
});

test('dashes for zero say nothing about the mark', () => {
  expect(verdict('1.250,00', ' -   ', '€ -')).toMatchObject({ mark: ',' });
  expect(verdict('1.250', '2.500', '-', '$ -')).toEqual({ kind: 'ambiguous', example: '1.250' });
  expect(verdict('-', '$ -')).toMatchObject({ mark: '.', why: 'not needed' });
});
