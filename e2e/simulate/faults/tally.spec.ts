import { Tally } from './tally.ts';

test('a fault that never struck is named, and stands in the table', () => {
  const tally = new Tally(['kill', 'kill_at relay.sent', 'stop']);
  tally.add(new Map([['kill', 2]]));
  tally.add(new Map(Object.entries({ kill: 1, stop: 4 })));
  expect(tally.never).toEqual(['kill_at relay.sent']);
  expect(tally.lines()).toEqual([
    'kill                     3',
    'kill_at relay.sent       0',
    'stop                     4',
  ]);
});
