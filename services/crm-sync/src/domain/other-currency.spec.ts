import type { Customer } from './customer.ts';
import { firstSide } from './other-currency.ts';

const customer = (id: string, currency: string, otherCurrencyOf: string | null = null): Customer => ({
  id,
  orgId: '1',
  version: 1,
  teriCode: 'TERI-00000000',
  name: 'Ada',
  email: '',
  phone: '',
  currency,
  parentId: null,
  active: true,
  otherCurrencyOf,
});

test('a customer points at the first side of its party, whichever side is named', () => {
  expect(firstSide(customer('2', 'EUR'), customer('1', 'USD'), false)).toEqual({ id: '1' });
  expect(firstSide(customer('3', 'GBP'), customer('2', 'EUR', '1'), false)).toEqual({ id: '1' });
});

test('the first side points at nobody, also when it names one that points at it', () => {
  expect(firstSide(customer('1', 'USD'), customer('2', 'EUR', '1'), true)).toEqual({ id: null });
});

test('it is not another currency of itself, of one in its own currency, nor when others point at it', () => {
  expect(firstSide(customer('1', 'USD'), customer('1', 'USD'), false)).toEqual({ refused: 'itself' });
  expect(firstSide(customer('2', 'USD'), customer('1', 'USD'), false)).toEqual({ refused: 'same_currency' });
  expect(firstSide(customer('2', 'EUR'), customer('1', 'USD'), true)).toEqual({ refused: 'named_by_others' });
});
