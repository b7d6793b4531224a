import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FaultPoint } from '../../src/fault-points.ts';
import type { TallyStage } from './tally-service.ts';

export interface TallyChild {
  readonly process: ChildProcess;
  /** Resolves when it is about to strike itself down. */
  readonly reached: Promise<void>;
}

/** A process of its own that reads, and strikes itself down at a step of its work. */
export async function tallyChild(
  stage: TallyStage,
  point: FaultPoint,
  signal: 'SIGKILL' | 'SIGSTOP',
): Promise<TallyChild> {
  const { prefix = '', brokers = '' } = stage.stage.address ?? {};
  const hooks = join(import.meta.dirname, '../swc-hooks.mjs');
  const flags = ['--conditions=@cashloop/source', '--disable-warning=ExperimentalWarning', '--import', hooks];
  const program = join(import.meta.dirname, 'tally-process.ts');
  const args = [...flags, program, stage.database.url, prefix, brokers, point, signal];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const reached = Promise.withResolvers<void>();
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => (line === 'ready' ? resolve() : reached.resolve()));
    child.once('exit', () => reject(new Error('the process ended before it was ready')));
  });
  return { process: child, reached: reached.promise };
}
