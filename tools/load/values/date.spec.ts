import { inOrder, readDate, readSerial } from './date.ts';

test.each([
  ['2019-01-02', '2019-01-02'],
  ['2019-01-02T23:59:59Z', '2019-01-02'],
  ['2019-01-02 07:45', '2019-01-02'],
  ['2019-01-02 07:45:10.123+02:00', '2019-01-02'],
  ['2019/1/2', '2019-01-02'],
  ['2019.01.02', '2019-01-02'],
  ['20190102', '2019-01-02'],
  ['20190102.0', '2019-01-02'],
  ['20190102T101500', '2019-01-02'],
  ['20190102T101500.250+0100', '2019-01-02'],
  ['20190102 101500', '2019-01-02'],
  ['20190102 10:15:00', '2019-01-02'],
  ['20190102T10:15Z', '2019-01-02'],
  ['20190102101500', '2019-01-02'],
  ['2019-01-02 07:45:10+00', '2019-01-02'],
  ['2019-01-02+01:00', '2019-01-02'],
  ['2 January 2019', '2019-01-02'],
  ['02-Jan-19', '2019-01-02'],
  ['05-JAN-2021', '2021-01-05'],
  ['Jan 2, 2019', '2019-01-02'],
  ['Wednesday, January 2, 2019', '2019-01-02'],
  ['2. März 2024', '2024-03-02'],
  ['2 févr. 2024', '2024-02-02'],
  ['15 août 2024', '2024-08-15'],
  ['3 de mayo de 2024', '2024-05-03'],
  ['29-Feb-2024', '2024-02-29'],
])('%s is %s', (text, iso) => {
  expect(readDate(text)).toEqual({ kind: 'date', iso });
});

test.each(['', 'NaT', 'null', '0000-00-00', '00000000', '00.00.0000', '-', '#N/A'])(
  '"%s" is no date at all',
  (text) => {
    expect(readDate(text)).toEqual({ kind: 'empty' });
  },
);

test.each(['2019-02-30', '2019-13-01', '20191301', 'soon', '29-Feb-2023', '12', '1/2'])('%s is unreadable', (text) => {
  expect(readDate(text)).toEqual({ kind: 'unreadable' });
});

test.each([
  ['3/4/2012', 'dmy', '2012-04-03'],
  ['3/4/2012', 'mdy', '2012-03-04'],
  ['1/26/2013 12:00:00 AM', 'mdy', '2013-01-26'],
  ['1/26/2013, 12:00:00 AM', 'mdy', '2013-01-26'],
  ['26.01.13', 'dmy', '2013-01-26'],
  ['01-02-98', 'dmy', '1998-02-01'],
  ['19/01/02', 'ymd', '2019-01-02'],
] as const)('%s in the order %s is %s', (text, order, iso) => {
  const reading = readDate(text);
  expect(reading.kind === 'ordered' && inOrder(reading, order)).toEqual({ kind: 'date', iso });
});

test('a month of 13 is unreadable in either order', () => {
  const reading = readDate('13/13/2024');
  expect(reading.kind === 'ordered' && [inOrder(reading, 'dmy').kind, inOrder(reading, 'mdy').kind]).toEqual([
    'unreadable',
    'unreadable',
  ]);
});

test('day numbers of a spreadsheet', () => {
  expect([readSerial('43831'), readSerial('45292.5'), readSerial('12345'), readSerial('99999')]).toEqual([
    '2020-01-01',
    '2024-01-01',
    undefined,
    undefined,
  ]);
});
