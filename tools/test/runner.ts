import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../local/folders.ts';
import { tail } from '../local/logs-on-disk.ts';
import { clearResults, projects, readCounts, sum } from './jest-results.ts';
import type { Counts } from './jest-results.ts';
import { runProgram } from './programs.ts';
import type { Step } from './steps.ts';

const logs = join(root, '.cashloop', 'test-logs');
const one = (ok: boolean, name: string): Counts => ({
  passed: ok ? 1 : 0,
  failed: ok ? 0 : 1,
  names: ok ? [] : [name],
});

/** Settings of the person at the keyboard must not decide a test. */
function cleanEnv(more: Record<string, string>): NodeJS.ProcessEnv {
  const dropped = [
    'KAFKA_BROKERS',
    'DATABASE_URL',
    'REDIS_URL',
    'CASHLOOP_HOME',
    'CASHLOOP_PORT_BASE',
    'NODE_ENV',
    'LOG_LEVEL',
    'NODE_OPTIONS',
    'CASHLOOP_BEGAN_MS',
  ];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !dropped.includes(name) && !name.startsWith('QBO_')),
  );
  const nx = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', FORCE_COLOR: '0', CI: '1' };
  return { ...env, ...nx, ...more, PATH: `${join(process.execPath, '..')}:${env['PATH'] ?? ''}` };
}

async function runStep(step: Step, env: NodeJS.ProcessEnv): Promise<Counts> {
  const log = join(logs, `${step.name}.log`);
  const startedMs = Date.now();
  let ok = true;
  if (step.counts !== undefined)
    clearResults(step.counts().map((folder) => ({ folder, name: folder, hasTests: true })));
  for (const command of step.commands()) {
    const { status } = await runProgram(command.program, command.args, log, env, command);
    ok &&= status === 0;
  }
  const counted = step.counts === undefined ? one(ok, step.name) : sum(step.counts().map(readCounts));
  // A run that fails although each of its tests passed (a worker crashed, say) must not look green.
  const counts = !ok && counted.failed === 0 ? { ...counted, failed: 1, names: [step.name] } : counted;
  report(step, counts, startedMs, log);
  return counts;
}

function report(step: Step, counts: Counts, startedMs: number, log: string): void {
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
  const tests = step.counts === undefined ? '' : `${counts.passed} passed, ${counts.failed} failed`;
  console.log(
    `${counts.failed === 0 ? '✓' : '✗'} ${step.name.padEnd(10)} ${`${seconds} s`.padStart(6)}  ${tests}`.trimEnd(),
  );
  if (counts.failed === 0) return;
  for (const name of counts.names.slice(0, 50)) console.log(`    ${name}`);
  console.log(
    tail(log, 120)
      .map((line) => `  | ${line}`)
      .join('\n'),
  );
  console.log(`  All of it: ${log}`);
}

/** Runs the steps one after the other, all of them even when one fails. */
export async function runSteps(
  steps: readonly Step[],
  serversUp: () => Promise<Record<string, string>>,
): Promise<Counts> {
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  clearResults(projects());
  const all: Counts[] = [];
  for (const step of steps) {
    try {
      all.push(await runStep(step, cleanEnv(step.servers === true ? await serversUp() : {})));
    } catch (error) {
      console.log(`✗ ${step.name}: ${error instanceof Error ? error.toString() : String(error)}`);
      all.push(one(false, step.name));
    }
  }
  return sum(all);
}
