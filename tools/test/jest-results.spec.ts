import { countsOf, sum } from './jest-results.ts';
import type { JestResult } from './jest-results.ts';

const result = (more: Partial<JestResult>): JestResult => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
  ...more,
});

describe('counts', () => {
  test('a suite that could not be run counts as a failure', () => {
    const suite = { name: 'a.spec.ts', status: 'failed', message: 'no such module', assertionResults: [] };
    expect(countsOf(result({ numPassedTests: 3, numRuntimeErrorTestSuites: 1, testResults: [suite] }))).toEqual({
      passed: 3,
      failed: 1,
      names: ['a.spec.ts: did not run\n        no such module'],
    });
  });

  test('failed tests are named', () => {
    const assertionResults = [
      {
        status: 'failed',
        fullName: 'adds up',
        failureMessages: [
          '\u001b[31mError: 3 is not 4\u001b[39m\n    at /clone/node_modules/expect/x.js:1:1\n    at b.spec.ts:7:3',
        ],
      },
      { status: 'passed', fullName: 'fine' },
    ];
    const suite = { name: 'b.spec.ts', status: 'failed', message: '', assertionResults };
    const counts = countsOf(result({ numPassedTests: 1, numFailedTests: 1, testResults: [suite] }));
    expect(counts.names).toEqual(['b.spec.ts: adds up\n        Error: 3 is not 4\n            at b.spec.ts:7:3']);
    expect(sum([counts, counts])).toMatchObject({ passed: 2, failed: 2 });
  });

  test('what was left out is failed and named: by skip, by todo, or because another one is the only one', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'fine' },
      { status: 'pending', fullName: 'skipped' },
      { status: 'todo', fullName: 'not yet there' },
    ];
    const suite = { name: 'c.spec.ts', status: 'passed', message: '', assertionResults };
    expect(countsOf(result({ numPassedTests: 1, testResults: [suite] }))).toEqual({
      passed: 1,
      failed: 2,
      names: [
        'c.spec.ts: skipped\n        did not run: pending',
        'c.spec.ts: not yet there\n        did not run: todo',
      ],
    });
    const skipped = { ...suite, status: 'skipped', assertionResults: assertionResults.slice(1, 2) };
    expect(countsOf(result({ testResults: [skipped] }))).toMatchObject({ passed: 0, failed: 1 });
  });
});
