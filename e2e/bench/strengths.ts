import type { Result } from './main.ts';
import { measure, words, type Measured } from './measure.ts';
import { median, ratioLine } from './report.ts';
import { openServers } from './servers.ts';
import type { Side } from './side.ts';
import { careful, careful8, kernel, usual } from './sides.ts';
import { rounds, sized } from './sizes.ts';
import type { Regime } from './stage.ts';

const claims = { fast: { floor: 50, goal: 150 }, durable: { floor: 120, goal: 400 } };
/** The last one ends the output. */
const rivals: readonly Side[] = [careful8, careful, usual];

/** Events/s with effects: the kernel and the plain design in its three strengths, in turn on the same servers. */
export async function strengthsBench(regime: Regime): Promise<Result[]> {
  await openServers();
  const found = new Map<Side, Measured[]>([kernel, ...rivals].map((side) => [side, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [side, its] of found) {
      const events = side === kernel ? sized(150_000, 300) : sized(3_000, 60);
      its.push(await measure(side, regime, events, round));
      process.stdout.write(`  round ${round + 1}, ${side.name}: ${words(its.at(-1)!)}\n`);
    }
  }
  for (const [{ name }, its] of found)
    process.stdout.write(`  median ${name}: ${median(its.map((one) => one.perSecond)).toFixed(0)}/s\n`);
  const ours = found.get(kernel)!;
  return rivals.map((rival) => {
    const its = found.get(rival)!;
    const drift = [...ours, ...its].reduce((sum, one) => sum + one.drift, 0);
    const ratios = ours.map((one, i) => one.perSecond / its[i]!.perSecond);
    const name = rival === usual ? `events-${regime}` : `events-${regime}-${rival.name}`;
    return ratioLine({ name, ratios, ...claims[regime], drift, against: `the plain design, ${rival.name}` });
  });
}
