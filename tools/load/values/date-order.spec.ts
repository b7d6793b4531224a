import { readDate } from './date.ts';
import { decideOrder, noEvidence, orderFromPattern, weigh, type OrderEvidence } from './date-order.ts';

const column = (...cells: string[]): OrderEvidence => {
  const evidence = noEvidence();
  cells.forEach((cell, at) => weigh(evidence, readDate(cell), cell, at + 2));
  return evidence;
};

test('one day after the 12th decides the whole column', () => {
  expect(decideOrder(column('03/04/2024', '05/06/2024', '13/06/2024'))).toMatchObject({ order: 'dmy', why: 'column' });
  expect(decideOrder(column('03/04/2024', '05/06/2024', '06/13/2024'))).toMatchObject({ order: 'mdy', why: 'column' });
});

test('another column of the file decides for one that cannot', () => {
  expect(decideOrder(column('03/04/2024'), [column('2024-01-01'), column('12/31/2024')])).toMatchObject({
    order: 'mdy',
    why: 'other columns',
  });
});

test('points mean day first', () => {
  expect(decideOrder(column('03.04.2024'))).toMatchObject({ order: 'dmy', why: 'points' });
});

test('ambiguous columns are refused, with an example', () => {
  expect(decideOrder(column('03/04/2024', '05/06/2024'))).toEqual({ kind: 'ambiguous', example: '03/04/2024' });
});

test('two notations in one column are refused, with both lines', () => {
  expect(decideOrder(column('13/04/2024', '04/13/2024'))).toEqual({
    kind: 'mixed',
    dayFirstLine: 2,
    monthFirstLine: 3,
  });
});

test('one slip among many does not count', () => {
  const cells = Array.from({ length: 300 }, (_, at) => `${13 + (at % 15)}/04/2024`);
  expect(decideOrder(column(...cells, '04/13/2024'))).toMatchObject({ order: 'dmy' });
});

test('03/03/2024 and ISO dates need no decision', () => {
  expect(decideOrder(column('03/03/2024', '2024-05-06', ''))).toMatchObject({ why: 'not needed' });
});

test.each([
  ['DD/MM/YYYY', 'dmy'],
  ['%m/%d/%y', 'mdy'],
  ['dd.MM.yyyy', 'dmy'],
  ['TT.MM.JJJJ', undefined],
  ['yy/mm/dd', 'ymd'],
  ['mdy', 'mdy'],
  ['nonsense', undefined],
])('--date-format %s means %s', (pattern, order) => {
  expect(orderFromPattern(pattern)).toBe(order);
});
