import { currencyBy, currencyInHeader, readCurrency, readCurrencyRule } from './currency.ts';
import { isEmpty, trimmed } from './empty.ts';
import { hasFloatNoise, readIdentifier, withoutZeros } from './identifier.ts';
import { readKind, readSide } from './kind.ts';
import { flagMeaning, readStatus } from './status.ts';
import { readTerms } from './terms.ts';
import { plain } from './text.ts';

test.each([
  ['InvoiceDate', 'invoice date'],
  ['invoice_date', 'invoice date'],
  ['customerID', 'customer id'],
  ['ZBD1T', 'zbd1t'],
  ['Payment1Date', 'payment1 date'],
  ['Fällig am:', 'fallig am'],
  ["Date d'échéance", 'date d echeance'],
  ['N° facture', 'no facture'],
  ['Straße', 'strasse'],
  ['Inv. #', 'inv #'],
])('%s is compared as "%s"', (text, words) => {
  expect(plain(text)).toBe(words);
});

test.each([
  ['paid', 'paid'],
  ['Paid in full', 'paid'],
  ['settled', 'paid'],
  ['Überfällig', 'open'],
  ['Awaiting Payment', 'open'],
  ['Overdue on 3/4', 'open'],
  ['Partially paid', 'partly'],
  ['Teilweise bezahlt', 'partly'],
  ['Not paid', 'open'],
  ['non payée', 'open'],
  ['Réglée', 'paid'],
  ['Pagada', 'paid'],
  ['Voided', 'void'],
  ['Storniert', 'void'],
  ['Draft', 'draft'],
  ['Written off', 'written_off'],
  ['Paid late', 'paid'],
  ['Late', 'issued'],
  ['Bazinga', undefined],
  ['', undefined],
])('status "%s" is %s', (word, state) => {
  expect(readStatus(word, 'paid')).toBe(state);
});

test('flags mean what their header asks; own words go first', () => {
  expect([flagMeaning('isOpen'), flagMeaning('Paid?'), flagMeaning('Offen'), flagMeaning('Outstanding')]).toEqual([
    'open',
    'paid',
    'open',
    'open',
  ]);
  expect([
    readStatus('1', 'open'),
    readStatus('0', 'open'),
    readStatus('1.0', 'open'),
    readStatus('Ja', 'paid'),
    readStatus('x', 'paid'),
  ]).toEqual(['open', 'paid', 'open', 'paid', 'paid']);
  expect(readStatus('OK', 'paid', new Map([['ok', 'paid']]))).toBe('paid');
});

test.each([
  ['RV', 'invoice'],
  ['Sales invoice', 'invoice'],
  ['Sales credit note', 'credit'],
  ['CM', 'credit'],
  ['Gutschrift', 'credit'],
  ['Avoir', 'credit'],
  ['DZ', 'payment'],
  ['Payment', 'payment'],
  ['Règlement', 'payment'],
  ['adjustment', 'signed'],
  ['Bill', 'payable'],
  ['Vendor credit', 'payable'],
  ['X2', undefined],
])('type "%s" is %s', (word, kind) => {
  expect(readKind(word)).toBe(kind);
});

test('debit and credit marks', () => {
  expect(['S', 'H', 'D', 'C', '01', '15', 'Haben', '?'].map(readSide)).toEqual([
    'debit',
    'credit',
    'debit',
    'credit',
    'debit',
    'credit',
    'credit',
    undefined,
  ]);
});

test.each([
  ['Net 30', 30],
  ['2/10 net 30', 30],
  ['30 Tage netto', 30],
  ['30 jours', 30],
  ['NT45', 45],
  ['Due on receipt', 0],
  ['14', 14],
  ['14.0', 14],
  ['NAH4', undefined],
  ['', undefined],
])('terms "%s" are %s days', (text, days) => {
  expect(readTerms(text)).toBe(days);
});

test('currencies by code, sign, word and header; signs of many countries decide nothing', () => {
  expect(['usd', '€', 'US$', 'EUR - Euro', '£', '$', 'kr', 'dollars'].map(readCurrency)).toEqual([
    'USD',
    'EUR',
    'USD',
    'EUR',
    'GBP',
    undefined,
    undefined,
    undefined,
  ]);
  expect(['Amount (EUR)', 'betrag_in_chf', 'usd_amount', 'All amounts', 'Total'].map(currencyInHeader)).toEqual([
    'EUR',
    'CHF',
    undefined,
    undefined,
    undefined,
  ]);
});

test('currency by another column', () => {
  const rule = readCurrencyRule('country=UK:GBP,*:EUR');
  if (typeof rule === 'string') throw new Error(rule);
  expect([currencyBy(rule, 'uk'), currencyBy(rule, 'Spain'), currencyBy(rule, '')]).toEqual(['GBP', 'EUR', 'EUR']);
  expect(currencyBy({ ...rule, otherwise: undefined }, 'Spain')).toBeUndefined();
  expect([readCurrencyRule('country'), readCurrencyRule('country=UK:POUNDS')].map((text) => typeof text)).toEqual([
    'string',
    'string',
  ]);
});

test('identifiers are text: zeros in front stay, the ".0" of a float goes only when told', () => {
  expect(readIdentifier('  0100 ')).toBe('0100');
  expect(readIdentifier('="0042"')).toBe('0042');
  expect(readIdentifier("'007")).toBe('007');
  expect(readIdentifier('1930438491.0')).toBe('1930438491.0');
  expect(readIdentifier('1930438491.0', true)).toBe('1930438491');
  expect(readIdentifier('NaN')).toBe('');
  expect([hasFloatNoise('12.0'), hasFloatNoise('12.5'), hasFloatNoise('A.0')]).toEqual([true, false, false]);
  expect([withoutZeros('0100'), withoutZeros('000'), withoutZeros('A0')]).toEqual(['100', '0', undefined]);
});

test('what programs write for nothing', () => {
  expect(['', ' ', 'NULL', 'NaN', 'n/a', '-', '\\N'].every(isEmpty)).toBe(true);
  expect(['0', 'No', 'none of it'].some(isEmpty)).toBe(false);
  expect(trimmed(' a ')).toBe('a');
});
