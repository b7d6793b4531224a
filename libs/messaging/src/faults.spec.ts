import { codeOf, isPassing, isUndone } from './faults.ts';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });

test.each([
  '08006',
  '40001',
  '40P01',
  '55P03',
  '57014',
  '53100',
  '53300',
  '57P01',
  '57P03',
  '25P03',
  '25P04',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])('%s passes by itself', (code) => {
  expect(isPassing(coded(code))).toBe(true);
  expect(isPassing(new Error('wrapped', { cause: coded(code) }))).toBe(true);
  expect(isPassing(Object.assign(new Error('typeorm'), { driverError: coded(code) }))).toBe(true);
});

test.each(['25P01', '25P02', 'ENOENT', '23505', '22012', '42703', '42P01', '42501', 'money.unknown_currency'])(
  '%s is lasting',
  (code) => {
    expect(isPassing(coded(code))).toBe(false);
  },
);

test('what pg says without a code when the connection is gone passes', () => {
  for (const message of [
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Query read timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
  ]) {
    expect(isPassing(new Error(message))).toBe(true);
  }
  expect(isPassing(new Error('Cannot read properties of undefined'))).toBe(false);
  expect(isPassing('a string')).toBe(false);
});

test('only of some it is known that nothing was done', () => {
  for (const code of [
    '40P01',
    '55P03',
    '57014',
    '25P03',
    '25P04',
    '53300',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ])
    expect([code, isUndone(coded(code))]).toEqual([code, true]);
  for (const code of ['ENOTFOUND', 'EAI_AGAIN']) expect([code, isUndone(coded(code))]).toEqual([code, true]);
  expect(isUndone(new Error('wrapped', { cause: coded('40001') }))).toBe(true);
  for (const code of ['57P01', '08006', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])
    expect([code, isUndone(coded(code))]).toEqual([code, false]);
  expect(isUndone(new Error('Connection terminated unexpectedly'))).toBe(false);
});

test("the code of an error is its own, its cause's, or its name", () => {
  expect(codeOf(coded('23505'))).toBe('23505');
  expect(codeOf(new Error('wrapped', { cause: coded('40001') }))).toBe('40001');
  expect(codeOf(new TypeError('x'))).toBe('TypeError');
  expect(codeOf(null)).toBe('unknown');
});
