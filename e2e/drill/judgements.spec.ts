import { breachesOf, differences, holdsOf, limitMinor, type Telling } from './judgements.ts';

const at = (whole: number, half?: number) => ({
  half: half === undefined ? undefined : limitMinor + BigInt(half),
  whole: limitMinor + BigInt(whole),
});
const told = (...exposures: number[]): Telling[] =>
  exposures.map((one) => ({ over: one > 0, exposure: limitMinor + BigInt(one) }));

const changes = [at(-5), at(0), at(1), at(1), at(7), at(-2), at(-3, 4), at(3)];
const breaches = told(1, -2, 3);
const holds = told(1, 7, -2, 3);

test('a breach is told at each crossing, a hold also when its figures change', () => {
  expect(breachesOf(changes)).toEqual(breaches);
  expect(holdsOf(changes)).toEqual(holds);
});

test.each<[string, Telling[], { lost: number; doubled: number }]>([
  ['all of it', holds, { lost: 0, doubled: 0 }],
  ['the first is missing', told(7, -2, 3), { lost: 1, doubled: 0 }],
  ['one is missing', told(1, 7, 3), { lost: 1, doubled: 0 }],
  ['the last is missing', told(1, 7, -2), { lost: 1, doubled: 0 }],
  ['nothing came', [], { lost: 4, doubled: 0 }],
  ['one came twice', told(1, 7, 7, -2, 3), { lost: 0, doubled: 1 }],
  ['one that nothing led to', told(1, 7, -2, 2, 3), { lost: 0, doubled: 1 }],
  ['half a change judged, then the whole', told(1, 7, -2, 4, -3, 3), { lost: 0, doubled: 0 }],
  ['half a change judged, and never the whole', told(1, 7, -2, 4, 3), { lost: 0, doubled: 1 }],
])('%s', (_, tellings, wanted) => {
  expect(differences(holds, tellings, changes)).toEqual(wanted);
});
