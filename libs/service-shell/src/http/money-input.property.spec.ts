import 'reflect-metadata';
import fc from 'fast-check';
import { plainToInstance } from 'class-transformer';
import { IsString, validateSync } from 'class-validator';
import { formatDecimal } from '@cashloop/money';
import { ProblemError } from '../problems/problem-error.ts';
import { MoneyInput, parseMoney } from './money-input.ts';

class Body {
  @MoneyInput({ currency: 'currency' }) amount!: string;
  @IsString() currency!: string;
}

const read = (json: string): { faults: string[]; body: Body } => {
  const body = plainToInstance(Body, JSON.parse(json) as object);
  return { faults: validateSync(body).flatMap((error) => Object.values(error.constraints ?? {})), body };
};

test('any amount of cents survives, as a number and as a string', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), (minor) => {
      const text = formatDecimal(minor, 'USD');
      for (const json of [text.replace(/^0+(?=\d)/, ''), `"${text}"`]) {
        const { faults, body } = read(`{"amount":${json},"currency":"USD"}`);
        expect(faults).toEqual([]);
        expect(parseMoney(body.amount, 'USD', 'amount')).toBe(minor);
      }
    }),
  );
});

test.each([
  '1e400',
  '-1',
  '"NaN"',
  'null',
  'true',
  '"1,000.00"',
  '"1e3"',
  '""',
  '[]',
  '{}',
  '1.005',
  '"0.001"',
  '12345678901234',
  '1e21',
  '1e-9',
  '"-0.01"',
  '"٣"',
])('refuses %s with one reason', (json) => {
  expect(read(`{"amount":${json},"currency":"USD"}`).faults).toHaveLength(1);
});

test('decimals follow the currency', () => {
  expect(read('{"amount":"1.5","currency":"JPY"}').faults).toHaveLength(1);
  expect(read('{"amount":"1.234","currency":"KWD"}').faults).toEqual([]);
  expect(() => parseMoney('1.5', 'JPY', 'limit')).toThrow(ProblemError);
});
