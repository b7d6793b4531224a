import { expect, test } from '@jest/globals';
import { RequestBudget } from './request-budget.ts';

test('ten at once, company by company', () => {
  const budget = new RequestBudget();
  const leave = Array.from({ length: 10 }, () => budget.enter('1'));
  expect(() => budget.enter('1')).toThrow('ThrottleExceeded');
  budget.enter('2');
  leave[0]!();
  leave[0]!();
  budget.enter('1');
  expect(() => budget.enter('1')).toThrow('ThrottleExceeded');
});

test('500 requests and 40 batches in any minute', () => {
  const budget = new RequestBudget();
  for (let i = 0; i < 500; i += 1) budget.take('1', i < 40, 1000 + i);
  expect(() => budget.take('1', false, 60_000)).toThrow('ThrottleExceeded');
  budget.take('1', false, 61_000);
  expect(() => budget.take('1', true, 61_000)).toThrow('ThrottleExceeded');
  budget.take('1', true, 61_040);
});

test('a clock moved back forgets the future', () => {
  const budget = new RequestBudget();
  for (let i = 0; i < 500; i += 1) budget.take('1', false, 1_000_000);
  budget.take('1', false, 1000);
});
