import {
  allocate,
  convert,
  formatDecimal,
  minorDigits,
  MoneyError,
  parseDecimal,
  roundHalfUp,
  UnknownCurrency,
} from './index.ts';

test.each([
  ['1250', 'USD', 125000n],
  ['1250.5', 'USD', 125050n],
  ['-0.05', 'EUR', -5n],
  ['+7', 'JPY', 7n],
  ['7.000', 'JPY', 7n],
  ['1.234', 'KWD', 1234n],
])('%s %s', (text, currency, minor) => {
  expect(parseDecimal(text, currency)).toBe(minor);
});

test.each(['', '.', '1.', '.5', '1e3', 'NaN', '0x10', '1,000', '1 000', '--1', '1.2.3'])(
  '"%s" is no decimal',
  (text) => {
    expect(() => parseDecimal(text, 'USD')).toThrow(MoneyError);
  },
);

test('more decimals than the currency has are refused, not rounded', () => {
  expect(() => parseDecimal('1.005', 'USD')).toThrow(expect.objectContaining({ code: 'money.too_many_decimals' }));
});

test('an amount that no column holds is refused', () => {
  expect(() => parseDecimal('92233720368547758.08', 'USD')).toThrow(
    expect.objectContaining({ code: 'money.too_large' }),
  );
  expect(parseDecimal('92233720368547758.07', 'USD')).toBe(2n ** 63n - 1n);
});

test('an unknown currency is named', () => {
  expect(() => minorDigits('XYZ')).toThrow(UnknownCurrency);
});

test('formatting keeps sign and leading zero', () => {
  expect(formatDecimal(-5n, 'USD')).toBe('-0.05');
  expect(formatDecimal(1234n, 'JPY')).toBe('1234');
});

test('a cent is not lost when a third cannot be paid', () => {
  expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
  expect(allocate(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
});

test('weights that cannot carry a total are refused', () => {
  expect(() => allocate(1n, [0n])).toThrow(expect.objectContaining({ code: 'money.bad_weights' }));
  expect(() => allocate(1n, [2n, -1n])).toThrow(expect.objectContaining({ code: 'money.bad_weights' }));
  expect(allocate(0n, [0n, 0n])).toEqual([0n, 0n]);
});

test('halves go away from zero', () => {
  expect(roundHalfUp(5n, 10n)).toBe(1n);
  expect(roundHalfUp(-5n, 10n)).toBe(-1n);
  expect(roundHalfUp(4n, 10n)).toBe(0n);
});

test('conversion respects the decimals of both currencies', () => {
  expect(convert(10_000n, 'USD', 'JPY', '151.255')).toBe(15126n);
  expect(convert(15_126n, 'JPY', 'USD', '0.0066')).toBe(9983n);
  expect(() => convert(1n, 'USD', 'EUR', '0')).toThrow(expect.objectContaining({ code: 'money.bad_rate' }));
});
