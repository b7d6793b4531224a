import { eventsBench } from './events.ts';
import { latencyBench } from './latency.ts';
import { loadBench } from './load.ts';
import { stackBench } from './stack.ts';

/** One claim, measured. */
export interface Result {
  line: string;
  holds: boolean;
}

const benches: Record<string, { about: string; run: () => Promise<Result[]> }> = {
  events: { about: 'events/s through credit-scoring against the plain NestJS design', run: eventsBench },
  latency: { about: 'invoice to hold at 100 events/s, p50 and p99', run: latencyBench },
  load: { about: 'rows/s from CSV to credit-scoring at 50,000 rows', run: loadBench },
  stack: { about: 'warm start to healthy, and memory of the whole local stack', run: stackBench },
};

const help = `Usage: npm run bench [-- NAME]

Measures the claims of the README; exits 1 when one does not hold. Names:
${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(8)} ${about}`)
  .join('\n')}

Example: npm run bench -- events
`;

const wanted = process.argv[2];
if (wanted === '--help') {
  process.stdout.write(help);
} else if (wanted !== undefined && !(wanted in benches)) {
  process.stderr.write(`There is no benchmark "${wanted}". See npm run bench -- --help.\n`);
  process.exitCode = 2;
} else {
  for (const name of wanted === undefined ? Object.keys(benches) : [wanted]) {
    for (const { line, holds } of await benches[name]!.run()) {
      process.stdout.write(`${line}\n`);
      if (!holds) process.exitCode = 1;
    }
  }
}
