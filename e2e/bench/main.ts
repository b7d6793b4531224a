import { endOnSignals } from '../../tools/local/end-on-signals.ts';
import { bareBench } from './bare.ts';
import { cpuBench } from './cpu.ts';
import { eventsBench } from './events.ts';
import { freshBench } from './fresh.ts';
import { latencyBench } from './latency.ts';
import { loadBench } from './load.ts';
import { memoryBench } from './memory.ts';
import { poisonBench } from './poison.ts';
import { endAll } from './processes.ts';
import { relayBench } from './relay.ts';
import { scaleBench } from './scale.ts';
import { stackBench } from './stack.ts';
import { standstillBench } from './standstill.ts';
import { strengthsBench } from './strengths.ts';

/** One claim, measured. */
export interface Result {
  line: string;
  holds: boolean;
}

const benches: Record<string, { about: string; run: () => Promise<Result[]> }> = {
  events: { about: 'events/s through credit-scoring against the plain NestJS design', run: eventsBench },
  'events-fast': {
    about: 'the same for libs/messaging alone, three strengths of the plain design, commits wait for no disk',
    run: () => strengthsBench('fast'),
  },
  'events-durable': { about: 'the same with durable commits', run: () => strengthsBench('durable') },
  bare: { about: 'the kernel against its own statements in the barest loop: what it costs itself', run: bareBench },
  relay: { about: 'the outbox relay against send one, delete one, in both regimes', run: relayBench },
  poison: { about: 'one poison event among 4,000: what it costs all other keys', run: poisonBench },
  cpu: { about: 'processor time of the service per 1,000 events, ours and plain', run: cpuBench },
  memory: { about: 'the most memory a service holds at a lag of 1,000,000 events', run: memoryBench },
  standstill: { about: 'how long partitions stand still after each kind of fault', run: standstillBench },
  scale: { about: 'events/s of 1, 2 and 4 processes on 8 partitions', run: scaleBench },
  latency: { about: 'invoice to hold at 100 events/s, p50 and p99', run: latencyBench },
  load: { about: 'rows/s from CSV to credit-scoring at 50,000 rows', run: loadBench },
  fresh: { about: 'fresh clone to the first credit hold, with all installs', run: freshBench },
  stack: { about: 'warm start to healthy, and memory of the whole local stack', run: stackBench },
};

const help = `Usage: npm run bench [-- NAME]

Measures speed, latency, memory and recovery; exits 1 when a floor is missed. Names:
${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  .join('\n')}

BENCH_ROUNDS (5) says how often each side runs. BENCH_SCALE (1) is the share of the usual number of events: with 0.01 a
benchmark only shows that it works.

Example: npm run bench -- events
`;

const wanted = process.argv[2];
endOnSignals(endAll);

if (wanted === '--help') {
  process.stdout.write(help);
} else if (wanted !== undefined && !Object.hasOwn(benches, wanted)) {
  process.stderr.write(`There is no benchmark "${wanted}". See npm run bench -- --help.\n`);
  process.exitCode = 2;
} else {
  for (const name of wanted === undefined ? Object.keys(benches) : [wanted]) {
    try {
      for (const { line, holds } of await benches[name]!.run()) {
        process.stdout.write(`${line}\n`);
        if (!holds) process.exitCode = 1;
      }
    } catch (error) {
      process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    } finally {
      await endAll();
    }
  }
}
