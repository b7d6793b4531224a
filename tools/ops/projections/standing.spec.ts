import { standingOf } from './standing.ts';

const readings = [
  { projection: 'p', topic: 't', partition: 0, next: 40n },
  { projection: 'p-2', topic: 't', partition: 0, next: 10n },
];

const none = new Map<string, number>();

test('live, built beside, replaced', () => {
  expect(standingOf('p', readings, [], none)).toBe('live');
  const building = [{ projection: 'p-2', replaces: 'p', boundaries: null }];
  expect(standingOf('p', readings, building, none)).toBe('live');
  expect(standingOf('p-2', readings, building, none)).toBe('built beside p');
  const switched = [{ projection: 'p-2', replaces: 'p', boundaries: { 't/0': '42' } }];
  expect(standingOf('p-2', readings, switched, none)).toBe('live');
  expect(standingOf('p', readings, switched, none)).toBe('replaced by p-2; 2 events left to answer');
  expect(standingOf('p', [{ ...readings[0]!, next: 42n }], switched, none)).toBe('replaced by p-2; its handler may go');
});

test('a replaced projection stays until its dead letters are closed: only its handler answers them', () => {
  const switched = [{ projection: 'p-2', replaces: 'p', boundaries: { 't/0': '42' } }];
  const read = [{ ...readings[0]!, next: 42n }];
  expect(standingOf('p', read, switched, new Map([['p', 2]]))).toBe('replaced by p-2; 2 dead letters first');
  expect(standingOf('p', read, switched, new Map([['p', 1]]))).toBe('replaced by p-2; 1 dead letter first');
  expect(standingOf('p', read, switched, new Map([['p-2', 9]]))).toBe('replaced by p-2; its handler may go');
  expect(standingOf('p', readings, switched, new Map([['p', 2]]))).toBe(
    'replaced by p-2; 2 events left to answer and 2 dead letters',
  );
  expect(standingOf('p-2', read, switched, new Map([['p-2', 2]]))).toBe('live');
});
