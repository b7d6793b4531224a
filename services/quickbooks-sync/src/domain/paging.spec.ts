import { FIRST_PAGE, judgePage } from './paging.ts';

const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => String(from + i));

test('pages overlap by five rows', () => {
  expect(judgePage(FIRST_PAGE, ids(1, 100), 100)).toEqual({ kind: 'more', next: { start: 96, tail: ids(96, 5) } });
});

test('a page that does not begin with the overlap sends back to the page before', () => {
  const verdict = judgePage({ start: 96, tail: ids(96, 5) }, ids(97, 100), 100);
  expect(verdict).toEqual({ kind: 'again', next: { start: 1, tail: [] } });
});

test('a short page is the end', () => {
  expect(judgePage({ start: 96, tail: ids(96, 5) }, ids(96, 50), 100)).toEqual({ kind: 'end' });
});

test('a page shorter than the overlap: a row was deleted at the end', () => {
  expect(judgePage({ start: 96, tail: ids(96, 5) }, ids(96, 4), 100).kind).toBe('again');
});
