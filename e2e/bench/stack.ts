import { System } from '../system.ts';
import { atEnd } from './processes.ts';
import type { Result } from './main.ts';
import { valueLine } from './report.ts';

/** First start until the sample company is in, then a warm start on the same data, and the memory of everything that runs. */
export async function stackBench(): Promise<Result[]> {
  const system = new System(19_480);
  atEnd(() => system.stop());
  try {
    const cold = await timed(() => system.start('--no-live'));
    const memory = system.status().parts.reduce((sum, part) => sum + (part.memory ?? 0), 0);
    await system.halt();
    const warm = await timed(() => system.start('--no-live'));
    return [
      valueLine('first-start', cold, 's'),
      { ...valueLine('warm-start', warm, 's', 25), holds: warm <= 25 },
      { ...valueLine('memory', memory / 1024 / 1024, 'MB', 2560), holds: memory <= 2560 * 1024 * 1024 },
    ];
  } finally {
    await system.stop();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
