import { topicDefs } from '@cashloop/events';
import { fillBacklog } from './backlog.ts';
import { driftOf } from './drift-of.ts';
import type { Result } from './main.ts';
import { commitMs, paceOf } from './pace.ts';
import { peakMemory } from './proc.ts';
import { end, run } from './processes.ts';
import { valueLine } from './report.ts';
import { openServers } from './servers.ts';
import { kernel } from './sides.ts';
import { sized } from './sizes.ts';
import { count, openStage } from './stage.ts';

/** The most memory a service held until it was through a backlog: a small one, and one of a million events. */
export async function memoryBench(): Promise<Result[]> {
  await openServers();
  const small = await peakAt(sized(10_000, 300));
  const large = await peakAt(sized(1_000_000, 3_000));
  return [toResult('memory-small-lag', small), toResult('memory-at-lag', large)];
}

interface Peak {
  bytes: number;
  drift: number;
}

async function peakAt(lag: number): Promise<Peak> {
  const stage = await openStage('fast', kernel.migrations);
  const { admin, broker } = stage;
  try {
    await broker.createTopics([topicDefs.receivable, topicDefs.creditHold]);
    const books = await fillBacklog(broker, lag);
    const child = run(kernel.script, kernel.env(stage, 'fast'));
    const done = (): Promise<number> => count(admin, kernel.handled);
    const { perSecond } = await paceOf({ done, total: lag, everyMs: 50, limitMs: 1_800_000 });
    const bytes = peakMemory(child.pid!);
    const drift = await driftOf(kernel, stage, books);
    process.stdout.write(
      `  lag ${lag}: ${perSecond.toFixed(0)}/s, commit ${(await commitMs(admin)).toFixed(2)} ms, drift ${drift}\n`,
    );
    await end(child);
    return { bytes, drift };
  } finally {
    await stage.close();
  }
}

/** Whatever the lag: fetches are bounded, so memory is. */
const LIMIT_MB = 800;

function toResult(name: string, { bytes, drift }: Peak): Result {
  const peakMb = bytes / 1024 / 1024;
  const { line } = valueLine(name, peakMb, 'MB');
  return { line: `${line} (limit ${LIMIT_MB})`, holds: drift === 0 && peakMb <= LIMIT_MB };
}
