import { requestOf } from './request.ts';

test('bounds are offsets or times, filters are ids', () => {
  expect(requestOf({ projection: 'p' })).toEqual({ projection: 'p' });
  expect(
    requestOf({ projection: 'p', from: '2026-03-01T08:00:00Z', to: '400', filter: ['customer=4,5', 'org=1'] }),
  ).toEqual({
    projection: 'p',
    from: { kind: 'time', at: Date.UTC(2026, 2, 1, 8) },
    to: { kind: 'offset', offset: 400n },
    customers: ['4', '5'],
    orgs: ['1'],
  });
});

test.each([
  [{ from: 'yesterday' }, '"yesterday" is neither a time nor an offset.'],
  [{ to: '2026-99-99' }, '"2026-99-99" is neither'],
  [{ filter: ['customer=x'] }, '"x" is no customer id.'],
  [{ filter: ['customer='] }, '"" is no customer id.'],
  [{ filter: ['colour=red'] }, 'Records are not filtered by "colour=red".'],
])('%j is refused with a sentence', (options, sentence) => {
  expect(() => requestOf({ projection: 'p', ...options })).toThrow(sentence);
});
