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

test('a time and an offset have no order: only the records tell', () => {
  expect(requestOf({ projection: 'p', from: '2026-03-01T08:00:00Z', to: '5' })).toMatchObject({ to: { offset: 5n } });
  expect(requestOf({ projection: 'p', from: '9', to: '10' })).toMatchObject({ from: { offset: 9n } });
});

test.each([
  [{ from: 'yesterday' }, '"yesterday" is neither a time nor an offset.'],
  [{ to: '2026-99-99' }, '"2026-99-99" is neither'],
  [{ filter: ['customer=x'] }, '"x" is no customer id.'],
  [{ filter: ['customer='] }, '"" is no customer id.'],
  [{ from: '10', to: '5' }, 'Nothing lies between --from 10 and --to 5.'],
  [{ from: '10', to: '10' }, 'Nothing lies between'],
  [{ from: '2026-03-02', to: '2026-03-01T08:00:00Z' }, 'Nothing lies between --from 2026-03-02 and --to 2026-03-01T08'],
  [{ filter: ['colour=red'] }, 'Records are not filtered by "colour=red".'],
])('%j is refused with a sentence', (options, sentence) => {
  expect(() => requestOf({ projection: 'p', ...options })).toThrow(sentence);
});
