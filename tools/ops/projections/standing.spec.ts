import { standingOf } from './standing.ts';

const readings = [
  { projection: 'p', topic: 't', partition: 0, next: 40n },
  { projection: 'p-2', topic: 't', partition: 0, next: 10n },
];

test('live, built beside, replaced', () => {
  expect(standingOf('p', readings, [])).toBe('live');
  const building = [{ projection: 'p-2', replaces: 'p', boundaries: null }];
  expect(standingOf('p', readings, building)).toBe('live');
  expect(standingOf('p-2', readings, building)).toBe('built beside p');
  const switched = [{ projection: 'p-2', replaces: 'p', boundaries: { 't/0': '42' } }];
  expect(standingOf('p-2', readings, switched)).toBe('live');
  expect(standingOf('p', readings, switched)).toBe('replaced by p-2; 2 events left to answer');
  expect(standingOf('p', [{ ...readings[0]!, next: 42n }], switched)).toBe('replaced by p-2; its handler may go');
});
