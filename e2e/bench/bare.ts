import type { Result } from './main.ts';
import { measure } from './measure.ts';
import { median, ratioLine } from './report.ts';
import { openServers } from './servers.ts';
import { bare, kernel } from './sides.ts';
import { rounds, sized } from './sizes.ts';

const events = sized(150_000, 300);

/** Events/s of the kernel service over those of the same statements in the barest loop, in turn on the same servers. */
export async function bareBench(): Promise<Result[]> {
  await openServers();
  const ratios: number[] = [];
  const barest: number[] = [];
  let drift = 0;
  for (let round = 0; round < rounds; round += 1) {
    const ours = await measure(kernel, 'fast', events, round);
    const other = await measure(bare, 'fast', events, round);
    ratios.push(ours.perSecond / other.perSecond);
    barest.push(other.perSecond);
    drift += ours.drift + other.drift;
    process.stdout.write(
      `  round ${round + 1}: ours ${ours.perSecond.toFixed(0)}/s, ${ours.cpuPer1000.toFixed(1)} ms of CPU per 1,000; bare ${other.perSecond.toFixed(0)}/s, ${other.cpuPer1000.toFixed(1)} ms\n`,
    );
  }
  process.stdout.write(`  median bare: ${median(barest).toFixed(0)}/s\n`);
  return [
    ratioLine({
      name: 'bare',
      ratios,
      floor: 0.67,
      goal: 0.8,
      drift,
      against: 'the same statements without the kernel',
    }),
  ];
}
