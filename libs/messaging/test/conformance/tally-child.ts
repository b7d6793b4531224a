import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OutgoingEvent } from '@cashloop/events';
import type { FaultPoint } from '../../src/fault-points.ts';
import type { TallyStage } from './tally-service.ts';

export interface TallyChild {
  readonly process: ChildProcess;
  /** Resolves when it is about to strike itself down. */
  readonly reached: Promise<void>;
  /** It commits these. Its handler is sick of one of them, until that one is set aside. */
  commit(events: readonly OutgoingEvent[], sick?: OutgoingEvent): void;
}

/** A process of its own that reads, and strikes itself down at a step of its work. */
export async function tallyChild(
  stage: TallyStage,
  point: FaultPoint,
  signal: 'SIGKILL' | 'SIGSTOP',
): Promise<TallyChild> {
  const { address } = stage.stage;
  if (address === undefined) throw new Error('no other process finds this broker');
  const hooks = join(import.meta.dirname, '../swc-hooks.mjs');
  const flags = ['--conditions=@cashloop/source', '--disable-warning=ExperimentalWarning', '--import', hooks];
  const program = join(import.meta.dirname, 'tally-process.ts');
  const args = [...flags, program, stage.database.url, JSON.stringify(address), point, signal];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const reached = Promise.withResolvers<void>();
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => (line === 'ready' ? resolve() : reached.resolve()));
    child.once('exit', () => reject(new Error('the process ended before it was ready')));
  });
  return {
    process: child,
    reached: reached.promise,
    commit: (events, sick) => void child.stdin.write(`${JSON.stringify({ events, sick: sick?.id })}\n`),
  };
}
