import { ConfigError } from '../config/config-error.ts';
import { startFailure } from './start-failure.ts';

test('settings: all faults and the next command', () => {
  const text = startFailure('gateway', new ConfigError(['A must be set', 'B must be a number']));
  expect(text.split('\n')).toEqual([
    'gateway cannot start: 2 settings are missing or wrong.',
    '  A must be set',
    '  B must be a number',
    'Set them in the environment; --check-config checks them without starting.',
    '',
  ]);
});

test('one line with the innermost cause', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
  expect(startFailure('gateway', refused)).toBe(
    'gateway cannot start: connect ECONNREFUSED 127.0.0.1:5432. Is the server up? npm run status shows the parts.\n',
  );
  expect(startFailure('gateway', new Error('no key', { cause: new Error('not PEM') }))).toBe(
    'gateway cannot start: no key (not PEM)\n',
  );
  expect(startFailure('gateway', new AggregateError([refused], ''))).toContain('ECONNREFUSED');
});
