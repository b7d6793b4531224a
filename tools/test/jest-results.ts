import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../local/folders.ts';

/** The part of jest's --json answer that we read. */
export interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that could not be run at all, e.g. for a wrong import: their tests are not counted as failed by jest. */
  numRuntimeErrorTestSuites: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
  }[];
}

export interface Counts {
  passed: number;
  failed: number;
  /** Failed tests and suites by name, each with the first lines of why. */
  names: string[];
}

/** A test that was left out counts as failed: one `test.only` leaves out all others of its file. */
export function countsOf(result: JestResult): Counts {
  const names = result.testResults.flatMap((suite) => {
    const failed = suite.assertionResults.filter(({ status }) => status !== 'passed').map((test) => named(suite, test));
    const itself = `${suite.name}: did not run${why(suite.message)}`;
    return failed.length === 0 && suite.status === 'failed' ? [itself] : failed;
  });
  const leftOut = result.testResults.flatMap(({ assertionResults }) => assertionResults.filter(isLeftOut)).length;
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites + leftOut;
  return { passed: result.numPassedTests, failed, names };
}

type Suite = JestResult['testResults'][number];
type Test = Suite['assertionResults'][number];

const isLeftOut = ({ status }: Test): boolean => status !== 'passed' && status !== 'failed';

const named = ({ name }: Suite, test: Test): string =>
  `${name}: ${test.fullName}${why(isLeftOut(test) ? `did not run: ${test.status}` : test.failureMessages?.join('\n'))}`;

const LINES_OF_WHY = 20;

/** The words of the failure without the frames of libraries, indented below the name. */
function why(message = ''): string {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*(node_modules|node:internal)/.test(line));
  return lines
    .slice(0, LINES_OF_WHY)
    .map((line) => `\n        ${line}`)
    .join('');
}

export function sum(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((total, one) => total + one.passed, 0),
    failed: counts.reduce((total, one) => total + one.failed, 0),
    names: counts.flatMap((one) => one.names),
  };
}

/** Where jest writes its answer, relative to the project. */
export const resultFile = join('coverage', 'jest-results.json');

export interface Project {
  folder: string;
  name: string;
  hasTests: boolean;
}

const groups = ['libs', 'services'];
const single = ['grafana', 'tools', 'e2e'];

/** Every workspace project with a test target. */
export function projects(): Project[] {
  const folders = [
    ...groups.flatMap((group) =>
      readdirSync(join(root, group))
        .sort()
        .map((name) => join(group, name)),
    ),
    ...single,
  ];
  return folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => {
      const { name, scripts } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
        name: string;
        scripts?: Record<string, string>;
      };
      return { folder, name, hasTests: scripts?.['test'] !== undefined };
    });
}

/** Removes old answers, so that none of an earlier run is counted. */
export function clearResults(list: readonly Project[]): void {
  for (const project of list) {
    mkdirSync(join(root, project.folder, 'coverage'), { recursive: true });
    rmSync(join(root, project.folder, resultFile), { force: true });
  }
}

/** Counts of one project; without an answer the whole project counts as one failure. */
export function readCounts(folder: string): Counts {
  const file = join(root, folder, resultFile);
  if (!existsSync(file)) return { passed: 0, failed: 1, names: [`${folder}: its tests did not run`] };
  return countsOf(JSON.parse(readFileSync(file, 'utf8')) as JestResult);
}
