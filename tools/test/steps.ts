import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../local/folders.ts';
import { onPath } from '../local/java.ts';
import { projects, resultFile } from './jest-results.ts';

export interface Command {
  program: string;
  args: string[];
  cwd?: string;
  /** How long it may take; by default fifteen minutes. */
  limitMs?: number;
}

/** One step of npm test. All its commands must succeed; a step with `counts` is counted by its tests. */
export interface Step {
  name: string;
  /** Part of npm run check. */
  fast: boolean;
  /** Needs the servers. */
  servers?: boolean;
  /** Folders whose jest answers are counted. */
  counts?: () => string[];
  commands: () => Command[];
}

const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
const node = (...args: string[]): Command => ({ program: process.execPath, args });
const nx = (...args: string[]): Command => node(join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), ...args);
const many = (target: string, ...args: string[]): Command =>
  nx('run-many', '-t', target, '--parallel=2', '--outputStyle=static', '--nxBail=false', ...args);

/** buf compares with the branch we came from; a clone without history (as CI makes it) has nothing to compare with. */
function breakingBase(): string | undefined {
  for (const ref of ['origin/main', 'HEAD~1']) {
    try {
      execFileSync('git', ['cat-file', '-e', `${ref}:proto/buf.yaml`], { cwd: root, stdio: 'ignore' });
      return ref;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

function bufCommands(): Command[] {
  const base = breakingBase();
  const breaking = base === undefined ? [] : [['breaking', 'proto', '--against', `.git#ref=${base},subdir=proto`]];
  return [['lint', 'proto'], ['format', 'proto', '--diff', '--exit-code'], ...breaking].map((args) => ({
    program: bin('buf'),
    args,
  }));
}

const yamlIn = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.yml'))
        .map((name) => join(folder, name))
    : [];

function promtoolCommands(): Command[] {
  // Missing where nobody may install packages: then the step fails and says so.
  const program = onPath('promtool') ?? 'promtool';
  const commands = [
    { program, args: ['check', 'config', '--syntax-only', ...yamlIn('prometheus')] },
    { program, args: ['check', 'rules', ...yamlIn('prometheus/rules')] },
    { program, args: ['test', 'rules', ...yamlIn('prometheus/tests')] },
  ];
  return commands.filter(({ args }) => args.some((arg) => arg.endsWith('.yml')));
}

const tested = (): string[] =>
  projects()
    .filter((project) => project.hasTests && project.folder !== 'e2e')
    .map((project) => project.folder);

/** Tests without a database or broker, all projects in one jest. */
function fastTests(): Command {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const slow = String.raw`\.(int|contract|e2e)\.spec\.ts$`;
  const args = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', jest, '--projects', ...tested()];
  return node(
    ...args,
    '--testPathIgnorePatterns',
    slow,
    '/node_modules/',
    '/dist/',
    '--json',
    `--outputFile=${resultFile}`,
    '--maxWorkers=2',
  );
}

export const steps: readonly Step[] = [
  { name: 'lock', fast: true, commands: () => [node(join('tools', 'test', 'lock-complete.ts'))] },
  {
    name: 'format',
    fast: true,
    commands: () => [{ program: bin('prettier'), args: ['--check', '--log-level=warn', '.'] }],
  },
  // The boundary rule skips itself in silence when no project graph was computed yet, as on a fresh clone.
  { name: 'lint', fast: true, commands: () => [nx('show', 'projects'), many('lint')] },
  { name: 'build', fast: true, commands: () => [many('build', '-p', 'tag:type:lib,tag:type:service,tag:type:e2e')] },
  { name: 'types', fast: true, commands: () => [many('typecheck')] },
  { name: 'generated', fast: true, commands: () => [node(join('tools', 'generate', 'main.ts'), '--check')] },
  { name: 'buf', fast: true, commands: bufCommands },
  { name: 'promtool', fast: true, commands: promtoolCommands },
  { name: 'unit', fast: true, counts: () => ['.'], commands: () => [fastTests()] },
  {
    name: 'tests',
    fast: false,
    servers: true,
    counts: tested,
    // Against real servers nothing is taken from a cache.
    commands: () => [
      {
        ...many('test', '--skipNxCache', '--exclude=@cashloop/e2e', '--', '--json', `--outputFile=${resultFile}`),
        limitMs: 25 * 60_000,
      },
    ],
  },
  {
    name: 'e2e',
    fast: false,
    counts: () => ['e2e'],
    commands: () => [
      nx(
        'run',
        '@cashloop/e2e:test',
        '--skipNxCache',
        '--outputStyle=static',
        '--',
        '--json',
        `--outputFile=${resultFile}`,
      ),
    ],
  },
];

/** npm run check runs the fast steps; npm test all, and its `tests` hold what `unit` holds. */
export function stepsOf(kind: 'check' | 'test', only?: readonly string[]): Step[] {
  const known = steps.filter((step) =>
    kind === 'check' ? step.fast : step.name !== 'unit' || only?.includes('unit') === true,
  );
  return only === undefined ? known : known.filter((step) => only.includes(step.name));
}
