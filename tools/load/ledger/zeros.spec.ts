import { apartZeros, joinZeros, type SeenCustomer } from './zeros.ts';

const customer = (id: string, ...names: string[]): SeenCustomer => ({ id, names, currencies: ['USD'], rows: 1 });

test('0100 and 100 stay two customers', () => {
  const customers = [customer('0100', 'Alder'), customer('100', 'Birch'), customer('A100', 'Alder')];
  expect(joinZeros(customers, 'prove').size).toBe(0);
  expect(apartZeros(customers, new Map())).toEqual([['0100', '100']]);
});

test('without names nothing is proved', () => {
  expect(joinZeros([customer('0100'), customer('100')], 'prove').size).toBe(0);
});

test('the same name beside both proves that they are one, under the longer number', () => {
  expect([
    ...joinZeros([customer('100', 'NORTH corp', 'North llc'), customer('0000000100', 'North LLC')], 'prove'),
  ]).toEqual([['100', '0000000100']]);
});

test('told to merge or to keep, names do not matter', () => {
  expect([...joinZeros([customer('0100', 'Alder'), customer('100', 'Birch')], 'merge')]).toEqual([['100', '0100']]);
  expect(joinZeros([customer('0100', 'Alder'), customer('100', 'Alder')], 'keep').size).toBe(0);
});
