import type { Result } from './main.ts';
import { measure, words, type Measured } from './measure.ts';
import { median, ratioLine } from './report.ts';
import { openServers } from './servers.ts';
import type { Side } from './side.ts';
import { bare, kernel } from './sides.ts';
import { rounds, sized } from './sizes.ts';

const events = sized(300_000, 300);
/** As many partitions at once as the kernel takes. */
const equal = bare(4);
const sides: readonly Side[] = [kernel, equal, bare(1), bare(8)];

/**
 * Events/s of the kernel service over those of the same statements in the barest loop, in turn on the same servers. The
 * loop takes one partition at a time, as many at once as the kernel, and all eight; the claim is about equals.
 */
export async function bareBench(): Promise<Result[]> {
  await openServers();
  const found = new Map(sides.map((side) => [side, [] as Measured[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [side, its] of found) {
      its.push(await measure(side, 'fast', events, round));
      process.stdout.write(`  round ${round + 1}, ${side.name}: ${words(its.at(-1)!)}\n`);
    }
  }
  const drift = [...found.values()].flat().reduce((sum, one) => sum + one.drift, 0);
  const ratiosTo = (side: Side): number[] =>
    found.get(kernel)!.map((ours, i) => ours.perSecond / found.get(side)![i]!.perSecond);
  for (const [side, its] of found) {
    const beside = side === kernel ? '' : `, ours is ${median(ratiosTo(side)).toFixed(2)} of it`;
    process.stdout.write(`  median ${side.name}: ${median(its.map((one) => one.perSecond)).toFixed(0)}/s${beside}\n`);
  }
  const against = 'the same statements without the kernel, as many partitions at once';
  return [ratioLine({ name: 'bare', ratios: ratiosTo(equal), floor: 0.67, goal: 0.8, drift, against })];
}
