import type { Result } from './main.ts';
import { measure, type Measured } from './measure.ts';
import { median, valueLine } from './report.ts';
import { openServers } from './servers.ts';
import type { Side } from './side.ts';
import { kernel, usual } from './sides.ts';
import { rounds, sized } from './sizes.ts';

/** Processor time of the service's process per 1,000 events, ours and the plain design in turn. */
export async function cpuBench(): Promise<Result[]> {
  await openServers();
  const found = new Map<Side, Measured[]>([
    [usual, []],
    [kernel, []],
  ]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [side, its] of found) {
      const one = await measure(side, 'fast', side === kernel ? sized(150_000, 300) : sized(3_000, 60), round);
      its.push(one);
      process.stdout.write(
        `  round ${round + 1}, ${side.name}: ${one.cpuPer1000.toFixed(1)} ms per 1,000, commit ${one.commitMs.toFixed(2)} ms, drift ${one.drift}\n`,
      );
    }
  }
  return [...found].map(([side, its]) => {
    const line = valueLine(
      side === kernel ? 'cpu' : 'cpu-plain',
      median(its.map((one) => one.cpuPer1000)),
      'ms/1,000 events',
    );
    return { ...line, holds: its.every((one) => one.drift === 0) };
  });
}
