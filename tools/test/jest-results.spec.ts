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
      names: ['a.spec.ts: did not run'],
    });
  });

  test('failed tests are named', () => {
    const assertionResults = [
      { status: 'failed', fullName: 'adds up' },
      { status: 'passed', fullName: 'fine' },
    ];
    const suite = { name: 'b.spec.ts', status: 'failed', message: '', assertionResults };
    const counts = countsOf(result({ numPassedTests: 1, numFailedTests: 1, testResults: [suite] }));
    expect(counts.names).toEqual(['b.spec.ts: adds up']);
    expect(sum([counts, counts])).toMatchObject({ passed: 2, failed: 2 });
  });
});
